package org.lockstep.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReduceOpTest {
  private static final int CHANNELS = 3;

  @Property(tries = 200)
  void moments_mergedInEitherBracket_agree(
      @ForAll @IntRange(max = 5) int a,
      @ForAll @IntRange(max = 5) int b,
      @ForAll @IntRange(max = 5) int c,
      @ForAll long seed) {
    double[] left = merge(merge(moments(a, seed), moments(b, seed + 1)), moments(c, seed + 2));
    double[] right = merge(moments(a, seed), merge(moments(b, seed + 1), moments(c, seed + 2)));
    for (int i = 0; i < left.length; i++) {
      assertThat(left[i]).isCloseTo(right[i], within(1e-12 * (1 + Math.abs(right[i]))));
    }
  }

  @Test
  void moments_mergedWithNothing_stay() {
    double[] some = moments(4, 1);
    assertThat(merge(moments(4, 1), moments(0, 2))).containsExactly(some);
    assertThat(merge(moments(0, 2), moments(4, 1))).containsExactly(some);
  }

  @Test
  void moments_ofTwoFarConstants_haveTheirDistanceAsSpread() {
    double[] low = {1, 1e9, 2};
    double[] high = {3, 3 * (1e9 + 4), 5};
    assertThat(merge(low, high)).containsExactly(4, 4e9 + 12, 2 + 5 + 4 * 4 * 3 / 4.0);
  }

  private static double[] merge(double[] low, double[] high) {
    ReduceOp.MOMENTS.reduce(low, high, low.length);
    return low;
  }

  /** The moments of {@code count} random values a channel, by the two-pass formula. */
  private static double[] moments(int count, long seed) {
    Random random = new Random(seed);
    double[] moments = new double[2 * CHANNELS + 1];
    moments[0] = count;
    for (int c = 1; c <= CHANNELS && count > 0; c++) {
      double[] values = random.doubles(count, -5, 50).toArray();
      for (double value : values) {
        moments[c] += value;
      }
      for (double value : values) {
        moments[c + CHANNELS] += Math.pow(value - moments[c] / count, 2);
      }
    }
    return moments;
  }
}
