package org.lockstep.examples.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.norm.StatisticsDrift;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;

/**
 * The content of {@code results.json}, which other programs read: names and order are fixed,
 * accuracies are fractions, what is no number (in a run that diverged) is null.
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
      double finalTestAccuracy,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Drift> statisticsDrift,
      String precision,
      String augment,
      double learningRate) {
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
          result.finalTestAccuracy(),
          result.lastEpoch().drift().stream().map(Drift::of).toList(),
          config.precision().toString(),
          config.augment(),
          config.learningRate());
    }
  }

  /**
   * See {@link StatisticsDrift}; after the last epoch, where the population was measured.
   *
   * @param meanShift null where it is no number
   * @param scaleShift null where it is no number
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Drift(String layer, @Nullable Double meanShift, @Nullable Double scaleShift) {
    static Drift of(StatisticsDrift drift) {
      return new Drift(drift.layer(), finite(drift.meanShift()), finite(drift.scaleShift()));
    }
  }

  private static @Nullable Double finite(double number) {
    return Double.isFinite(number) ? number : null;
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
      return new Epoch(
          metrics.epoch(),
          finite(metrics.trainLoss()),
          metrics.testAccuracy(),
          metrics.testAccuracyPrecise(),
          metrics.seconds(),
          metrics.imagesPerSecond(),
          metrics.collectiveSeconds(),
          metrics.bytesSent());
    }
  }
}
