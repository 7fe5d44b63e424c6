package org.lockstep.verify;

import java.util.Arrays;

/**
 * An array out of a file.
 *
 * @param type its elements' type as NumPy writes it, for example {@code <f4}
 * @param shape the axes, none for a scalar
 * @param values in C order; int64 beyond 2^53 is rounded
 */
record NpyArray(String type, long[] shape, double[] values) {
  /** The number of elements of such an array. */
  static long elements(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** The rows {@code [from, to)} of the first axis. */
  NpyArray rows(int from, int to) {
    long[] cut = shape.clone();
    cut[0] = (long) to - from;
    int rowLength = (int) Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    return new NpyArray(type, cut, Arrays.copyOfRange(values, from * rowLength, to * rowLength));
  }
}
