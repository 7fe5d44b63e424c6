package org.lockstep.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A range of an array of primitive numbers, to be sent or to be received into. */
public sealed interface Numbers {
  int length();

  /** Bytes of one number on the wire. */
  int width();

  /** Writes numbers {@code from .. from + count} to {@code out}. */
  void write(ByteBuffer out, int from, int count);

  /** Replaces numbers {@code from .. from + count} by those of {@code in}. */
  void read(ByteBuffer in, int from, int count);

  static Numbers of(double[] array, int offset, int length) {
    return new Doubles(array, offset, length);
  }

  static Numbers of(float[] array, int offset, int length) {
    return new Floats(array, offset, length);
  }

  /** Numbers of 8 bytes, little-endian IEEE 754. */
  record Doubles(double[] array, int offset, int length) implements Numbers {
    @Override
    public int width() {
      return Double.BYTES;
    }

    @Override
    public void write(ByteBuffer out, int from, int count) {
      out.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(array, offset + from, count);
    }

    @Override
    public void read(ByteBuffer in, int from, int count) {
      in.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(array, offset + from, count);
    }
  }

  /** Numbers of 4 bytes, little-endian IEEE 754. */
  record Floats(float[] array, int offset, int length) implements Numbers {
    @Override
    public int width() {
      return Float.BYTES;
    }

    @Override
    public void write(ByteBuffer out, int from, int count) {
      out.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(array, offset + from, count);
    }

    @Override
    public void read(ByteBuffer in, int from, int count) {
      in.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(array, offset + from, count);
    }
  }
}
