package org.lockstep.examples.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;

/**
 * The content of {@code results.json}, which other programs read: names and order are fixed,
 * accuracies are fractions, a loss that is no number (a run that diverged) is null.
 */
record ResultsFile(List<Run> runs) {
  static ResultsFile of(List<RunResult> results) {
    return new ResultsFile(results.stream().map(Run::of).toList());
  }

  record Run(
      String norm,
      String model,
      String data,
      int workers,
      int batchPerWorker,
      String shards,
      long seed,
      List<Epoch> epochs,
      double finalTestAccuracy) {
    static Run of(RunResult result) {
      TrainConfig config = result.config();
      return new Run(
          config.norm(),
          config.model(),
          config.data(),
          result.workers(),
          config.batchPerWorker(),
          config.shards().toString(),
          config.seed(),
          result.epochs().stream().map(Epoch::of).toList(),
          result.finalTestAccuracy());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Epoch(
      int epoch,
      @Nullable Double trainLoss,
      double testAccuracy,
      @Nullable Double testAccuracyPrecise,
      double seconds,
      double imagesPerSecond,
      double collectiveSeconds,
      long bytesSent) {
    static Epoch of(EpochMetrics metrics) {
      double loss = metrics.trainLoss();
      return new Epoch(
          metrics.epoch(),
          Double.isFinite(loss) ? loss : null,
          metrics.testAccuracy(),
          metrics.testAccuracyPrecise(),
          metrics.seconds(),
          metrics.imagesPerSecond(),
          metrics.collectiveSeconds(),
          metrics.bytesSent());
    }
  }
}
