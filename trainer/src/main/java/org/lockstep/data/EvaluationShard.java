package org.lockstep.data;

import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A rank's contiguous part of a set that is passed through once, in its own order: the test set, or
 * the training set when statistics are measured. The parts' sizes differ by at most one, and every
 * rank has the same number of steps; the last batch may be smaller or empty.
 */
public final class EvaluationShard {
  private final int batch;
  private final int steps;
  private final int total;
  private final int[] order;

  /**
   * @throws IllegalArgumentException for a batch below 1 or an empty set
   */
  public EvaluationShard(Images images, int batch, int rank, int worldSize) {
    Objects.checkIndex(rank, worldSize);
    if (batch < 1 || images.size() < 1) {
      throw new IllegalArgumentException(
          "expected batches of at least 1 of at least 1 image, found batches of "
              + batch
              + " of "
              + images.size());
    }
    this.batch = batch;
    this.total = images.size();
    int from = (int) ((long) total * rank / worldSize);
    int to = (int) ((long) total * (rank + 1) / worldSize);
    this.order = IntStream.range(from, to).toArray();
    int largest = (int) (((long) total + worldSize - 1) / worldSize);
    this.steps = (int) (((long) largest + batch - 1) / batch);
  }

  /** The same on all ranks. */
  public int steps() {
    return steps;
  }

  /**
   * The samples of a step. Its {@code globalSize} is the size of the whole set, so that a loss
   * divided by it adds up to the mean over all steps and ranks.
   *
   * @throws IndexOutOfBoundsException unless step is 0 to below {@link #steps}
   */
  public BatchIndices batch(int step) {
    int from = Math.min(order.length, Objects.checkIndex(step, steps) * batch);
    return new BatchIndices(order, from, Math.min(batch, order.length - from), total);
  }
}
