package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitMix64Test {
  /** The test vector for seed 1234567 that accompanies most implementations of SplitMix64. */
  @Test
  void nextLong_publishedSeed_givesThePublishedNumbers() {
    SplitMix64 random = new SplitMix64(1_234_567);
    assertThat(IntStream.range(0, 5).mapToObj(i -> Long.toUnsignedString(random.nextLong())))
        .containsExactly(
            "6457827717110365317",
            "3203168211198807973",
            "9817491932198370423",
            "4593380528125082431",
            "16408922859458223821");
  }
}
