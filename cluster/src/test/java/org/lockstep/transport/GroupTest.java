package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GroupTest {
  @Test
  void part_rankInTheSecondHalf_countsFromTheHalfsFirst() {
    Group part = new Group(1, 10, 5, 8).part(4, 0);
    assertThat(part.first()).isEqualTo(14);
    assertThat(part.rank()).isEqualTo(1);
    assertThat(part.size()).isEqualTo(4);
    assertThat(part.meshPeers()).containsExactly(14, 16, 17);
    assertThat(part.after(3)).isZero();
  }

  @Test
  void part_everyRank_agreesOnTheIdWithItsOwnPartOnly() {
    int left = new Group(1, 0, 0, 4).part(2, 0).id();
    assertThat(new Group(1, 0, 1, 4).part(2, 0).id()).isEqualTo(left);
    assertThat(new Group(1, 0, 2, 4).part(2, 0).id()).isNotEqualTo(left);
    assertThat(new Group(1, 0, 0, 4).part(2, 1).id()).isNotEqualTo(left);
  }

  @Test
  void part_noDivisor_saysSo() {
    assertThatThrownBy(() -> new Group(1, 0, 0, 6).part(4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("6 ranks cannot be cut into groups of 4: it is no divisor");
  }
}
