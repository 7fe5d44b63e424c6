package org.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BFloat16Test {
  private static final int ALL = 1 << 16;

  @Test
  void of_everyNumber_givesItsBitsBack() {
    for (int bits = 0; bits < ALL; bits++) {
      float value = BFloat16.toFloat((short) bits);
      assertThat(Float.floatToRawIntBits(value)).isEqualTo(bits << 16);
      if (!Float.isNaN(value)) {
        assertThat(BFloat16.of(value)).as("%x", bits).isEqualTo((short) bits);
      }
    }
  }

  /** A payload in the lower bits alone would otherwise become that of an infinity. */
  @Test
  void of_everyNaN_isNaN() {
    for (int fraction = 1; fraction < 1 << 23; fraction = fraction * 2 + fraction % 3) {
      for (int sign : new int[] {0, 1 << 31}) {
        short bits = BFloat16.of(Float.intBitsToFloat(sign | 0x7f800000 | fraction));
        assertThat(BFloat16.toFloat(bits)).as("%x", fraction).isNaN();
        assertThat(bits < 0).isEqualTo(sign != 0);
      }
    }
  }

  /** Between every two neighbours: below, at and above the middle. */
  @Test
  void of_valuesBetweenNeighbours_isTheNearestAndOnATieTheEvenOne() {
    for (int bits = 0; bits < 0x7f80; bits++) {
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertRounded(bits << 16 | 0x7fff, bits);
      assertRounded(bits << 16 | 0x8000, even);
      assertRounded(bits << 16 | 0x8001, bits + 1);
    }
  }

  private static void assertRounded(int bits, int expected) {
    assertThat(BFloat16.of(Float.intBitsToFloat(bits))).as("%x", bits).isEqualTo((short) expected);
    assertThat(BFloat16.of(Float.intBitsToFloat(bits | 1 << 31)))
        .as("minus %x", bits)
        .isEqualTo((short) (expected | 1 << 15));
  }

  /** By differences that are exact, not by the bits. */
  @Test
  void of_randomValues_isNoFartherThanBothNeighbours() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(100) - 50));
      short found = BFloat16.of(value);
      BigDecimal distance = distance(found, value);
      assertThat(distance).isLessThanOrEqualTo(distance((short) (found + 1), value));
      assertThat(distance).isLessThanOrEqualTo(distance((short) (found - 1), value));
    }
  }

  private static BigDecimal distance(short bits, float value) {
    return new BigDecimal(BFloat16.toFloat(bits)).subtract(new BigDecimal(value)).abs();
  }

  @Test
  void of_beyondTheLargestNumber_isInfinite() {
    assertThat(BFloat16.toFloat(BFloat16.of(Float.MAX_VALUE))).isInfinite();
    assertThat(BFloat16.toFloat(BFloat16.of(0x1.fep127f))).isEqualTo(0x1.fep127f);
    assertThat(BFloat16.toFloat(BFloat16.of(Float.NEGATIVE_INFINITY)))
        .isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void widenAndNarrow_ofAPart_areThoseOfItsElements() {
    short[] bits = new short[ALL];
    float[] values = new float[ALL];
    for (int i = 0; i < ALL; i++) {
      bits[i] = (short) i;
    }
    int length = ALL - 3;
    BFloat16.widen(bits, values, length);
    short[] back = new short[ALL];
    BFloat16.narrow(values, back, length);
    for (int i = 0; i < length; i++) {
      assertThat(Float.floatToRawIntBits(values[i])).isEqualTo(i << 16);
      assertThat(back[i]).isEqualTo(BFloat16.of(values[i]));
    }
    assertThat(values[length]).isZero();
    assertThat(back[length]).isZero();
  }
}
