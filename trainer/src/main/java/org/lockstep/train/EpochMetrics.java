package org.lockstep.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.norm.StatisticsDrift;

/**
 * What one epoch did, over all ranks.
 *
 * @param epoch counted from 1
 * @param trainLoss mean cross-entropy over the epoch's training images, before each update
 * @param testLoss mean cross-entropy over the test images, with the statistics of {@code
 *     testAccuracy}
 * @param testAccuracy fraction of test images classified correctly, with the running statistics
 *     unless only those of the population were asked for
 * @param testAccuracyPrecise the same with the population statistics; null where they were not
 *     asked for
 * @param seconds training time of the epoch, evaluation not included
 * @param imagesPerSecond training images of all ranks per second
 * @param collectiveSeconds time a rank waited for collectives in training, mean over the ranks
 * @param bytesSent by all ranks in training
 * @param drift of each batch norm layer's running statistics from those of the population; empty
 *     where those were not asked for or no layer has any
 * @param waitedSeconds the time each rank waited for collectives in training, in rank order
 */
public record EpochMetrics(
    int epoch,
    double trainLoss,
    double testLoss,
    double testAccuracy,
    @Nullable Double testAccuracyPrecise,
    double seconds,
    double imagesPerSecond,
    double collectiveSeconds,
    long bytesSent,
    List<StatisticsDrift> drift,
    List<Double> waitedSeconds) {
  public EpochMetrics {
    drift = List.copyOf(drift);
    // Checkpoints of earlier versions have none.
    waitedSeconds = waitedSeconds == null ? List.of() : List.copyOf(waitedSeconds);
  }
}
