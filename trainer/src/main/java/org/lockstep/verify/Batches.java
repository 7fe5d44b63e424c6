package org.lockstep.verify;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays of the cases, whose channels come first, as layers take them. */
final class Batches {
  private Batches() {}

  /** A new array of {@code values}, which are in C order. */
  static INDArray of(double[] values, Precision precision, long... shape) {
    INDArray array = precision.allocate(shape);
    Elements.of(array).put(0, values, values.length);
    return array;
  }

  /** A new array {@code [n, ..., C]} of rows {@code [n, C, ...]}. */
  static INDArray channelsLast(NpyArray rows, Precision precision) {
    long[] shape = rows.shape();
    long[] space = Arrays.copyOfRange(shape, 2, shape.length);
    long[] to =
        LongStream.concat(
                LongStream.concat(LongStream.of(shape[0]), Arrays.stream(space)),
                LongStream.of(shape[1]))
            .toArray();
    int channels = (int) shape[1];
    return of(transposed(rows.values(), channels, (int) NpyArray.elements(space)), precision, to);
  }

  /** Matrices {@code [rows, columns]}, one after the other, each transposed. */
  static double[] transposed(double[] values, int rows, int columns) {
    double[] result = new double[values.length];
    int size = rows * columns;
    for (int i = 0; i < values.length; i++) {
      int at = i % size;
      result[i - at + at % columns * rows + at / columns] = values[i];
    }
    return result;
  }

  /** Frees an array's memory. */
  static void release(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
