package org.lockstep.data;

/**
 * What a rank trains on: which samples it takes in which step of which epoch. All ranks have the
 * same number of steps; who has no samples left takes empty batches. For one thread.
 */
public interface TrainingFeed extends BatchSizes, AutoCloseable {
  /**
   * This rank's samples of a step, in an order that (seed, epoch) decide.
   *
   * @throws IndexOutOfBoundsException unless step is 0 to below {@link #stepsPerEpoch}
   */
  MiniBatch batch(int epoch, int step);

  /** Frees the batches. */
  @Override
  void close();
}
