package org.lockstep.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers with a shape, as they stand in a file.
 *
 * @param type what one number is
 * @param shape sizes of the axes, outermost first
 * @param data the numbers in C order, little-endian
 */
record Tensor(Type type, List<Long> shape, ByteBuffer data) {
  /** What one number is; the names are those of the safetensors format. */
  enum Type {
    F32(Float.BYTES),
    F64(Double.BYTES),
    I64(Long.BYTES);

    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  Tensor {
    shape = List.copyOf(shape);
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  static Tensor of(FloatBuffer values, long... shape) {
    ByteBuffer data = littleEndian(values.remaining() * Float.BYTES);
    data.asFloatBuffer().put(values);
    return new Tensor(Type.F32, Arrays.stream(shape).boxed().toList(), data);
  }

  /** A whole number without axes. */
  static Tensor of(long value) {
    return new Tensor(Type.I64, List.of(), littleEndian(Long.BYTES).putLong(0, value));
  }

  static Tensor of(double[] values) {
    return of(values, values.length);
  }

  static Tensor of(double[] values, long... shape) {
    ByteBuffer data = littleEndian(values.length * Double.BYTES);
    data.asDoubleBuffer().put(values);
    return new Tensor(Type.F64, Arrays.stream(shape).boxed().toList(), data);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A view of the numbers of an F32 tensor. */
  FloatBuffer floats() {
    return data.asFloatBuffer();
  }

  /** A view of the numbers of an F64 tensor. */
  DoubleBuffer doubles() {
    return data.asDoubleBuffer();
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
