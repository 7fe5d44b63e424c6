package org.lockstep.data;

/** How many samples each rank takes in each step of an epoch; the same in every epoch. */
public interface BatchSizes {
  /** Steps until every sample was taken, at least 1; the same on all ranks. */
  int stepsPerEpoch();

  /**
   * How many samples a rank takes; may be 0.
   *
   * @throws IndexOutOfBoundsException unless step is 0 to below {@link #stepsPerEpoch}
   */
  int size(int step, int ofRank);
}
