package org.lockstep.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReduceOpTest {
  private static final int CHANNELS = 3;

  /** Each shard's mean is one of these, so that shards may be far apart. */
  private static final double[] MEANS = {0, 25, -1e6, 1e6};

  @Provide
  Arbitrary<Double> spreads() {
    return Arbitraries.of(0.0, 1e-3, 1.0, 1e3);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void moments_merged_areThoseOfAllValuesTogether(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 5) Integer> shards,
      @ForAll("spreads") double spread,
      @ForAll long seed) {
    double[][][] values = values(shards, spread, seed);
    double[] merged = moments(values[0]);
    for (int rank = 1; rank < values.length; rank++) {
      merged = merge(merged, moments(values[rank]));
    }
    assertClose(merged, moments(together(values)), values);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void moments_mergedInAnyOrder_agree(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 5) Integer> shards,
      @ForAll("spreads") double spread,
      @ForAll long seed) {
    double[][][] values = values(shards, spread, seed);
    double[] inOrder = new double[2 * CHANNELS + 1];
    for (double[][] shard : values) {
      inOrder = merge(inOrder, moments(shard));
    }
    Collections.shuffle(Arrays.asList(values), new Random(seed));
    double[] shuffled = new double[2 * CHANNELS + 1];
    for (double[][] shard : values) {
      shuffled = merge(shuffled, moments(shard));
    }
    assertClose(shuffled, inOrder, values);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void moments_mergedInEitherBracket_agree(
      @ForAll @Size(3) List<@IntRange(max = 5) Integer> shards,
      @ForAll("spreads") double spread,
      @ForAll long seed) {
    double[][][] v = values(shards, spread, seed);
    double[] left = merge(merge(moments(v[0]), moments(v[1])), moments(v[2]));
    double[] right = merge(moments(v[0]), merge(moments(v[1]), moments(v[2])));
    assertClose(left, right, v);
  }

  @Property(tries = 100)
  void moments_mergedWithNothing_stay(
      @ForAll @IntRange(max = 5) int count, @ForAll("spreads") double spread, @ForAll long seed) {
    double[][] some = values(List.of(count), spread, seed)[0];
    double[] nothing = new double[2 * CHANNELS + 1];
    assertThat(merge(moments(some), nothing.clone())).containsExactly(moments(some));
    assertThat(merge(nothing.clone(), moments(some))).containsExactly(moments(some));
  }

  @Property(tries = 100)
  void moments_ofConstantChannel_haveNoSpread(
      @ForAll @IntRange(min = 1, max = 5) int low, @ForAll @IntRange(min = 1, max = 5) int high) {
    double value = 1e6 + 0.5;
    double[] merged = {low, low * value, 0};
    assertThat(merge(merged, new double[] {high, high * value, 0}))
        .containsExactly(low + high, (low + high) * value, 0);
  }

  @Test
  void moments_ofTwoFarConstants_haveTheirDistanceAsSpread() {
    double[] low = {1, 1e9, 2};
    double[] high = {3, 3 * (1e9 + 4), 5};
    assertThat(merge(low, high)).containsExactly(4, 4e9 + 12, 2 + 5 + 4 * 4 * 3 / 4.0);
  }

  /** A float has no number between 2^24 and 2^24 + 2. */
  @Test
  void moments_ofMoreValuesThanAFloatCounts_countEveryOne() {
    double many = 1 << 24;
    assertThat(merge(new double[] {many, many, 0}, new double[] {1, 1, 0}))
        .containsExactly(many + 1, many + 1, 0);
  }

  @Test
  void reduce_ofEveryOp_leavesTheHigherRanksValuesAlone() {
    for (ReduceOp op : ReduceOp.values()) {
      double[] high = {3, 1, 2};
      op.reduce(new double[] {2, 8, 4}, high, 3);
      assertThat(high).containsExactly(3, 1, 2);
    }
  }

  private static double[] merge(double[] low, double[] high) {
    ReduceOp.MOMENTS.reduce(low, high, low.length);
    return low;
  }

  /** Values by shard and channel. */
  private static double[][][] values(List<Integer> shards, double spread, long seed) {
    Random random = new Random(seed);
    double[][][] values = new double[shards.size()][CHANNELS][];
    for (int rank = 0; rank < values.length; rank++) {
      for (int c = 0; c < CHANNELS; c++) {
        double mean = MEANS[random.nextInt(MEANS.length)];
        values[rank][c] =
            IntStream.range(0, shards.get(rank))
                .mapToDouble(i -> mean + spread * random.nextGaussian())
                .toArray();
      }
    }
    return values;
  }

  private static double[][] together(double[][][] values) {
    double[][] all = new double[CHANNELS][];
    for (int c = 0; c < CHANNELS; c++) {
      int channel = c;
      all[c] = Arrays.stream(values).flatMapToDouble(v -> Arrays.stream(v[channel])).toArray();
    }
    return all;
  }

  /** The moments of the channels' values, by the two-pass formula. */
  private static double[] moments(double[][] values) {
    double[] moments = new double[2 * CHANNELS + 1];
    int count = values[0].length;
    moments[0] = count;
    for (int c = 0; c < CHANNELS && count > 0; c++) {
      double sum = Arrays.stream(values[c]).sum();
      moments[1 + c] = sum;
      moments[1 + CHANNELS + c] =
          Arrays.stream(values[c]).map(v -> Math.pow(v - sum / count, 2)).sum();
    }
    return moments;
  }

  /**
   * Compares counts exactly, sums to the rounding of the largest value, squares to their own
   * rounding and to what that of a mean does to them.
   */
  private static void assertClose(double[] actual, double[] expected, double[][][] values) {
    double largest =
        Arrays.stream(values)
            .flatMap(Arrays::stream)
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .max()
            .orElse(0);
    double rounding = 8 * Math.ulp(largest);
    double count = expected[0];
    assertThat(actual[0]).isEqualTo(count);
    for (int c = 1; c <= CHANNELS; c++) {
      double m2 = expected[c + CHANNELS];
      double shift = rounding * (rounding + Math.sqrt(m2));
      assertThat(actual[c]).isCloseTo(expected[c], within(rounding * (1 + count)));
      assertThat(actual[c + CHANNELS]).isCloseTo(m2, within(1e-14 * m2 + (1 + count) * shift));
    }
  }
}
