package org.lockstep.nn;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The type of activations, parameters and gradients. */
public enum Precision {
  /** What training runs in. */
  FLOAT32(DataType.FLOAT),
  /** What checks run in: every layer also computes in double. */
  FLOAT64(DataType.DOUBLE);

  private final DataType dataType;

  Precision(DataType dataType) {
    this.dataType = dataType;
  }

  /**
   * The precision of an array.
   *
   * @throws IllegalArgumentException if its type is none of these
   */
  public static Precision of(INDArray array) {
    for (Precision precision : values()) {
      if (precision.dataType == array.dataType()) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        "expected a float32 or float64 array, found " + array.dataType());
  }

  /** Bytes of a value. */
  public int bytes() {
    return dataType.width();
  }

  /** ND4J's word for it. */
  public DataType dataType() {
    return dataType;
  }

  /** A new array in C order, all zeros; the caller closes it. */
  public INDArray allocate(long... shape) {
    return Nd4j.create(dataType, shape, 'c');
  }

  /** {@code float32} or {@code float64}. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
