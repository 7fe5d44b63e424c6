package org.lockstep.nn;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
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
   * @throws IllegalArgumentException unless it is float32 or float64 and contiguous in C order
   */
  static Elements of(INDArray array) {
    return array.dataType() == Precision.FLOAT64.dataType()
        ? new Doubles(HostMemory.doubles(array))
        : new Floats(HostMemory.floats(array));
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
}
