package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelMomentsTest {
  private static final int BLOCK_ROWS_OF_ONE_CHANNEL = new VectorPasses(1).block();

  @Property(tries = 100)
  void measure_ofAnyShape_equalsTwoPassesInDouble(
      @ForAll @IntRange(min = 1, max = 70) int channels,
      @ForAll @IntRange(min = 1, max = 700) int rows,
      @ForAll @IntRange(max = 3) int firstRow,
      @ForAll @DoubleRange(min = -1e5, max = 1e5) double mean,
      @ForAll long seed) {
    float[] values = random(seed, mean, 1, (firstRow + rows) * channels);
    assertMoments(values, channels, firstRow, rows, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-22, 1e-20, 1e-15, 1e15, 1e18, 1e30})
  void measure_ofValuesWhoseSquaresLeaveFloat_keepsTheirScale(double scale) {
    assertMoments(random(1, 3, scale, 300 * 5), 5, 0, 300, 1e-6);
  }

  /** A pivot that stayed at the first block's mean would lose a factor of the 40 blocks. */
  @Test
  void measure_withAnOddBlockInFront_followsTheMean() {
    int rows = 40 * BLOCK_ROWS_OF_ONE_CHANNEL;
    float[] values = random(2, 1e4, 1, rows);
    Arrays.fill(values, 0, BLOCK_ROWS_OF_ONE_CHANNEL, 0);
    assertMoments(values, 1, 0, rows, 3e-7);
  }

  @Test
  void measure_withAnOutlierInFront_keepsTheVarianceOfTheRest() {
    int rows = 3 * BLOCK_ROWS_OF_ONE_CHANNEL;
    float[] values = random(3, 0, 1, rows);
    values[0] = 1e4f;
    assertMoments(values, 1, 0, rows, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 0.1f, -12345.678f, 1e10f, 3e18f, 1e-20f})
  void measure_ofConstantChannel_hasNoSpread(float value) {
    int rows = 2 * BLOCK_ROWS_OF_ONE_CHANNEL + 3;
    float[] values = new float[rows];
    Arrays.fill(values, value);
    assertThat(measure(values, 1, 0, rows))
        .allSatisfy(moments -> assertThat(moments).containsExactly(rows, (double) value * rows, 0));
  }

  @Test
  void measure_ofNoRows_isAllZero() {
    assertThat(measure(new float[0], 2, 0, 0))
        .allSatisfy(moments -> assertThat(moments).containsOnly(0));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void measure_ofDamagedValue_showsInItsChannelOnly(float damaged) {
    float[] values = {1, damaged, 3, 5};
    for (double[] moments : measure(values, 2, 0, 2)) {
      assertThat(moments[1]).isEqualTo(1 + 3);
      assertThat(moments[3]).isEqualTo(2);
      assertThat(moments[4]).isNaN();
    }
  }

  private static float[] random(long seed, double mean, double scale, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * (mean + random.nextGaussian()));
    }
    return values;
  }

  private static double[] measure(
      FloatPasses passes, float[] values, int channels, int firstRow, int rows) {
    ByteBuffer memory =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    memory.asFloatBuffer().put(values);
    double[] moments = new double[2 * channels + 1];
    new ChannelMoments(passes).measure(FloatMemory.of(memory), firstRow, rows, moments);
    return moments;
  }

  /** The moments by either kind of loops. */
  private static List<double[]> measure(float[] values, int channels, int firstRow, int rows) {
    return Stream.of(new VectorPasses(channels), new HeapPasses(channels))
        .map(passes -> measure(passes, values, channels, firstRow, rows))
        .toList();
  }

  private static void assertMoments(
      float[] values, int channels, int firstRow, int rows, double precision) {
    for (double[] moments : measure(values, channels, firstRow, rows)) {
      assertMoments(moments, values, channels, firstRow, rows, precision);
    }
  }

  /** Compares sums relative to the values' size and squares relative to themselves. */
  private static void assertMoments(
      double[] moments, float[] values, int channels, int firstRow, int rows, double precision) {
    assertThat(moments[0]).isEqualTo(rows);
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int row = firstRow; row < firstRow + rows; row++) {
        sum += values[row * channels + c];
      }
      double squares = 0;
      for (int row = firstRow; row < firstRow + rows; row++) {
        squares += Math.pow(values[row * channels + c] - sum / rows, 2);
      }
      double deviation = Math.sqrt(squares / rows);
      assertThat(moments[1 + c] / rows)
          .isCloseTo(sum / rows, within(precision * deviation + 1e-45));
      assertThat(moments[1 + channels + c]).isCloseTo(squares, within(precision * squares));
    }
  }
}
