package org.lockstep.train;

import org.lockstep.comm.Traffic;

/** Told how a run goes on; called by the training thread, between steps. */
public interface TrainListener {
  /** Hears nothing. */
  TrainListener SILENT = new TrainListener() {};

  /** The run begins, or goes on where a checkpoint left it. */
  default void onStart(RunState start) {}

  /** A step is done; {@code step} counts from 1 in the epoch. */
  default void onStep(int epoch, int step, int stepsPerEpoch) {}

  /**
   * A rank has made steps in a row; heard on that rank only.
   *
   * @param images this rank's share of them
   * @param traffic what it spent on communication
   */
  default void onStretch(int steps, long images, Traffic traffic) {}

  default void onEpoch(EpochMetrics metrics) {}

  /** The run is over; one that fails ends without. */
  default void onEnd(RunResult result) {}

  /** Tells this one everything, and then the other. */
  default TrainListener and(TrainListener other) {
    return new ListenerPair(this, other);
  }
}
