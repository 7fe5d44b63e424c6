package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatisticsTest {
  @ParameterizedTest
  @EnumSource(Statistics.class)
  void parse_itsOwnText_isTheSame(Statistics statistics) {
    assertThat(Statistics.parse(statistics.toString())).isEqualTo(statistics);
  }

  @Test
  void parse_unknown_namesAll() {
    assertThatThrownBy(() -> Statistics.parse("mean"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown statistics 'mean': expected ema, precise or both");
  }
}
