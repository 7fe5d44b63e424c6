package org.lockstep.data;

import java.util.Objects;

/**
 * Which samples a rank takes in one step: a stretch of an order that the maker keeps, valid until
 * it is asked for another epoch.
 */
public final class BatchIndices {
  private final int[] order;
  private final int from;
  private final int size;
  private final int globalSize;

  BatchIndices(int[] order, int from, int size, int globalSize) {
    this.order = order;
    this.from = from;
    this.size = size;
    this.globalSize = globalSize;
  }

  /** The number of samples of this rank; may be 0. */
  public int size() {
    return size;
  }

  /** The number of samples that count together, over all ranks; at least 1. */
  public int globalSize() {
    return globalSize;
  }

  /**
   * The sample at {@code position} of this batch.
   *
   * @throws IndexOutOfBoundsException unless position is 0 to below size
   */
  public int index(int position) {
    return order[from + Objects.checkIndex(position, size)];
  }
}
