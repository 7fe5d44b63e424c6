package org.lockstep.launch;

import org.jspecify.annotations.Nullable;
import org.lockstep.train.EpochMetrics;

/**
 * How far a training run is.
 *
 * @param epoch the epoch under way, counted from 1
 * @param step steps done in it
 * @param stepsPerEpoch steps of every epoch
 * @param metrics what the epoch did, once it is over; null before
 */
public record TrainProgress(
    int epoch, int step, int stepsPerEpoch, @Nullable EpochMetrics metrics) {}
