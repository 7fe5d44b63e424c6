package org.lockstep.comm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final Traffic LATER = new Traffic(10, 300, 7000);
  private static final Traffic EARLIER = new Traffic(4, 100, 2000);

  @Test
  void minus_ofAnEarlierReading_isWhatCameInBetween() {
    assertThat(LATER.minus(EARLIER)).isEqualTo(new Traffic(6, 200, 5000));
  }

  @Test
  void plus_ofTwoReadings_isTheirSum() {
    assertThat(LATER.plus(EARLIER)).isEqualTo(new Traffic(14, 400, 9000));
  }
}
