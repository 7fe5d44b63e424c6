package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.lockstep.nn.BFloat16;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch as the formulas see it: rows of C values in double, a row for each sample and place.
 *
 * @param space the axes between samples and channels, none to three
 * @param values {@code [N, space..., C]} in C order
 */
record RowBatch(List<Integer> space, int channels, double[] values) {
  /** Normal values about {@code mean}, times {@code scale}, that {@code precision} can hold. */
  static RowBatch random(
      Random random,
      double mean,
      double scale,
      Precision precision,
      int samples,
      List<Integer> space,
      int channels) {
    double[] values = new double[samples * places(space) * channels];
    for (int i = 0; i < values.length; i++) {
      double value = scale * (mean + random.nextGaussian());
      values[i] = rounded(value, precision);
    }
    return new RowBatch(space, channels, values);
  }

  private static double rounded(double value, Precision precision) {
    return switch (precision) {
      case FLOAT32 -> (float) value;
      case FLOAT64 -> value;
      case BF16 -> BFloat16.toFloat(BFloat16.of((float) value));
    };
  }

  private static int places(List<Integer> space) {
    return space.stream().reduce(1, (a, b) -> a * b);
  }

  /** Values in one sample. */
  int sampleSize() {
    return places(space) * channels;
  }

  int samples() {
    return values.length / sampleSize();
  }

  /** The samples {@code [from, end)}. */
  RowBatch samples(int from, int end) {
    return new RowBatch(
        space, channels, Arrays.copyOfRange(values, from * sampleSize(), end * sampleSize()));
  }

  RowBatch withValues(double[] others) {
    return new RowBatch(space, channels, others);
  }

  /** The array that a layer takes. */
  INDArray array(Layout layout, Precision precision) {
    long[] shape = new long[space.size() + 2];
    shape[0] = samples();
    int first = layout == Layout.CHANNELS_LAST ? 1 : 2;
    IntStream.range(0, space.size()).forEach(axis -> shape[first + axis] = space.get(axis));
    shape[layout == Layout.CHANNELS_LAST ? shape.length - 1 : 1] = channels;
    INDArray array = precision.allocate(shape);
    Elements.of(array)
        .put(
            0,
            layout == Layout.CHANNELS_LAST ? values : swapped(values, places(space), channels),
            values.length);
    return array;
  }

  /** The rows of an array that a layer of this batch's shape returned. */
  double[] rows(INDArray array, Layout layout) {
    double[] found = Batches.values(array);
    return layout == Layout.CHANNELS_LAST ? found : swapped(found, channels, places(space));
  }

  /** {@code [N, a, b]} as {@code [N, b, a]}. */
  private static double[] swapped(double[] from, int a, int b) {
    double[] to = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      int sample = i / (a * b);
      int row = i / b % a;
      to[(sample * b + i % b) * a + row] = from[i];
    }
    return to;
  }
}
