package org.lockstep.train;

/** Told how a run goes on; called by the training thread, between steps. */
public interface TrainListener {
  /** Hears nothing. */
  TrainListener SILENT = new TrainListener() {};

  /** A step is done; {@code step} counts from 1 in the epoch. */
  default void onStep(int epoch, int step, int stepsPerEpoch) {}

  default void onEpoch(EpochMetrics metrics) {}
}
