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
