package org.lockstep.train;

import org.jspecify.annotations.Nullable;

/**
 * What one epoch did, over all ranks.
 *
 * @param epoch counted from 1
 * @param trainLoss mean cross-entropy over the epoch's training images, before each update
 * @param testLoss mean cross-entropy over the test images, running statistics
 * @param testAccuracy fraction of test images classified correctly, running statistics
 * @param testAccuracyPrecise the same with population statistics; null where they were not computed
 * @param seconds training time of the epoch, evaluation not included
 * @param imagesPerSecond training images of all ranks per second
 * @param collectiveSeconds time a rank waited for collectives in training, mean over the ranks
 * @param bytesSent by all ranks in training
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
    long bytesSent) {}
