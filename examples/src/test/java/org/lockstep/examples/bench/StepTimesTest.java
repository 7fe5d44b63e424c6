package org.lockstep.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StepTimesTest {
  private static final Offset<Double> ROUNDING = Offset.offset(1e-9);

  @Test
  void of_millisecondsOneTo200_takesTheNearestRanks() {
    long[] nanos = LongStream.rangeClosed(1, 200).map(i -> (201 - i) * 1_000_000).toArray();

    StepTimes times = StepTimes.of(nanos, 16, new Footprint(2000, 600), 300);

    assertThat(times.stepMillisP50()).isEqualTo(100, ROUNDING);
    assertThat(times.stepMillisP99()).isEqualTo(198, ROUNDING);
    assertThat(times.imagesPerSecond()).isEqualTo(16 * 200 / (200 * 201 / 2 / 1000.0), ROUNDING);
    assertThat(times.heapBytesPerStep()).isEqualTo(10, ROUNDING);
    assertThat(times.offHeapBytesPerStep()).isEqualTo(3, ROUNDING);
  }

  @Test
  void of_oneStep_isAllThereIs() {
    StepTimes times = StepTimes.of(new long[] {4_000_000}, 8, new Footprint(0, 0), 300);

    assertThat(times.stepMillisP50()).isEqualTo(4, ROUNDING);
    assertThat(times.stepMillisP99()).isEqualTo(4, ROUNDING);
    assertThat(times.imagesPerSecond()).isEqualTo(8 / 0.004, ROUNDING);
  }
}
