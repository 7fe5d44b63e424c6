package org.lockstep.spark;

import org.apache.spark.scheduler.SparkListenerEvent;
import org.jspecify.annotations.Nullable;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;

/**
 * What a training run tells an application's {@code SparkListener}s, in {@code onOtherEvent}, and
 * its event log, as a line of JSON each. A run that fails has no {@link Ended}: its job says why.
 *
 * <p>Numbers and words only, none of them checked: Spark's history server reads events with these
 * classes where it has them, passes over them where it has not, and gives up the whole log at one
 * that it cannot make.
 */
public sealed interface TrainingEvent extends SparkListenerEvent {
  /** Milliseconds since 1970. */
  long time();

  /** Spark's number of the job whose tasks are the ranks. */
  int job();

  /**
   * A run begins, or goes on from a checkpoint.
   *
   * @param restarts how often workers had to be started again
   * @param step after which it goes on; 0: from the start
   */
  record Begun(
      long time,
      int job,
      String model,
      String norm,
      String data,
      String shards,
      int batchPerWorker,
      int epochs,
      long seed,
      double learningRate,
      int workers,
      int restarts,
      long step)
      implements TrainingEvent {
    static Begun of(int job, int restarts, RunState start) {
      TrainConfig config = start.config();
      return new Begun(
          System.currentTimeMillis(),
          job,
          config.model(),
          config.norm(),
          config.data(),
          config.shards().name(),
          config.batchPerWorker(),
          config.epochs(),
          config.seed(),
          config.learningRate(),
          start.workers(),
          restarts,
          start.step());
    }
  }

  /** An epoch is done; its figures are those of {@link EpochMetrics}. */
  record Epoch(
      long time,
      int job,
      String model,
      String norm,
      int epoch,
      double trainLoss,
      double testLoss,
      double testAccuracy,
      @Nullable Double testAccuracyPrecise,
      double seconds,
      double imagesPerSecond,
      double collectiveSeconds,
      long bytesSent)
      implements TrainingEvent {
    static Epoch of(int job, TrainConfig config, EpochMetrics metrics) {
      return new Epoch(
          System.currentTimeMillis(),
          job,
          config.model(),
          config.norm(),
          metrics.epoch(),
          metrics.trainLoss(),
          metrics.testLoss(),
          metrics.testAccuracy(),
          metrics.testAccuracyPrecise(),
          metrics.seconds(),
          metrics.imagesPerSecond(),
          metrics.collectiveSeconds(),
          metrics.bytesSent());
    }
  }

  /**
   * A run has come to its end.
   *
   * @param epochs done
   * @param digest see {@link RunResult}
   */
  record Ended(long time, int job, String model, String norm, int epochs, String digest)
      implements TrainingEvent {
    static Ended of(int job, RunResult result) {
      return new Ended(
          System.currentTimeMillis(),
          job,
          result.config().model(),
          result.config().norm(),
          result.epochs().size(),
          result.digest());
    }
  }
}
