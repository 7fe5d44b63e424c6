package org.lockstep.nn;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The type of activations and their gradients, and with it that of parameters. */
public enum Precision {
  /** What training runs in. */
  FLOAT32(DataType.FLOAT),
  /** What checks run in: every layer also computes in double. */
  FLOAT64(DataType.DOUBLE),
  /**
   * bfloat16, the upper half of a float32, for training on less memory traffic and faster
   * convolutions. Parameters, their gradients and all statistics are float32 beside it.
   */
  BF16(DataType.BFLOAT16);

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
        "expected a float32, float64 or bf16 array, found " + array.dataType());
  }

  /** The precision of parameters and their gradients where activations are of this one. */
  public Precision ofParameters() {
    return this == BF16 ? FLOAT32 : this;
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

  /** {@code float32}, {@code float64} or {@code bf16}. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
