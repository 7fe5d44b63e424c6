package org.lockstep.transport;

/** A range of an array of primitive numbers, to be sent or to be received into. */
public sealed interface Numbers {
  int length();

  /** Bytes of one number on the wire. */
  int width();

  /** Writes numbers {@code from .. from + count} to {@code out}. */
  void write(Payload out, int from, int count);

  /** Replaces numbers {@code from .. from + count} by those of {@code in}. */
  void read(Payload in, int from, int count);

  static Numbers of(double[] array, int offset, int length) {
    return new Doubles(array, offset, length);
  }

  static Numbers of(float[] array, int offset, int length) {
    return new Floats(array, offset, length);
  }

  /** Numbers of 8 bytes. */
  record Doubles(double[] array, int offset, int length) implements Numbers {
    @Override
    public int width() {
      return Double.BYTES;
    }

    @Override
    public void write(Payload out, int from, int count) {
      out.doubles().put(0, array, offset + from, count);
    }

    @Override
    public void read(Payload in, int from, int count) {
      in.doubles().get(0, array, offset + from, count);
    }
  }

  /** Numbers of 4 bytes. */
  record Floats(float[] array, int offset, int length) implements Numbers {
    @Override
    public int width() {
      return Float.BYTES;
    }

    @Override
    public void write(Payload out, int from, int count) {
      out.floats().put(0, array, offset + from, count);
    }

    @Override
    public void read(Payload in, int from, int count) {
      in.floats().get(0, array, offset + from, count);
    }
  }
}
