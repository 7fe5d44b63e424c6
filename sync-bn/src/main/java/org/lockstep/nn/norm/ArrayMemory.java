package org.lockstep.nn.norm;

import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the loops of a norm layer see its arrays.
 *
 * @param <B> the memory of an array
 */
interface ArrayMemory<B> {
  Precision precision();

  /** The memory of a contiguous array. */
  B memory(INDArray array);

  /**
   * Checks that {@code array} can be read.
   *
   * @throws IllegalStateException if it is closed, naming {@code layer}
   * @throws IllegalArgumentException if it is of another precision, naming {@code layer}
   */
  default void check(String layer, INDArray array) {
    if (array.wasClosed()) {
      throw new IllegalStateException(layer + ": expected an open array, found one that is closed");
    }
    if (array.dataType() != precision().dataType()) {
      throw new IllegalArgumentException(
          layer + ": expected " + precision() + " values, found " + array.dataType());
    }
  }
}
