package org.lockstep.nn;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The elements of an array in C order, live, read and written as doubles whatever the array's
 * precision; for what is small or not in a hurry. Make it once per array: it costs garbage.
 */
public interface Elements {
  int size();

  /** Copies the {@code length} elements from {@code index} on to the front of {@code to}. */
  void get(int index, double[] to, int length);

  /**
   * Writes the first {@code length} values of {@code from} to the elements from {@code index} on.
   */
  void put(int index, double[] from, int length);

  /** A copy of all elements. */
  default double[] toArray() {
    double[] values = new double[size()];
    get(0, values, values.length);
    return values;
  }

  /**
   * The elements of {@code array}.
   *
   * @throws IllegalArgumentException unless it is of a {@link Precision} and contiguous in C order
   */
  static Elements of(INDArray array) {
    return switch (Precision.of(array)) {
      case FLOAT32 -> new Floats(HostMemory.floats(array));
      case FLOAT64 -> new Doubles(HostMemory.doubles(array));
      case BF16 -> new BFloat16s(HostMemory.shorts(array));
    };
  }

  /** Elements of a float32 array; what is written is rounded to nearest. */
  record Floats(FloatBuffer memory) implements Elements {
    @Override
    public int size() {
      return memory.capacity();
    }

    @Override
    public void get(int index, double[] to, int length) {
      for (int i = 0; i < length; i++) {
        to[i] = memory.get(index + i);
      }
    }

    @Override
    public void put(int index, double[] from, int length) {
      for (int i = 0; i < length; i++) {
        memory.put(index + i, (float) from[i]);
      }
    }
  }

  /** Elements of a float64 array. */
  record Doubles(DoubleBuffer memory) implements Elements {
    @Override
    public int size() {
      return memory.capacity();
    }

    @Override
    public void get(int index, double[] to, int length) {
      memory.get(index, to, 0, length);
    }

    @Override
    public void put(int index, double[] from, int length) {
      memory.put(index, from, 0, length);
    }
  }

  /** Elements of a bf16 array; what is written is rounded to float32 and that to nearest. */
  record BFloat16s(ShortBuffer memory) implements Elements {
    @Override
    public int size() {
      return memory.capacity();
    }

    @Override
    public void get(int index, double[] to, int length) {
      for (int i = 0; i < length; i++) {
        to[i] = BFloat16.toFloat(memory.get(index + i));
      }
    }

    @Override
    public void put(int index, double[] from, int length) {
      for (int i = 0; i < length; i++) {
        memory.put(index + i, BFloat16.of((float) from[i]));
      }
    }
  }
}
