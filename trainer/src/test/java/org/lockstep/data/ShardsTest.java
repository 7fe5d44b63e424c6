package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShardsTest {
  @Test
  void parse_eachName_isReadBack() {
    assertThat(Shards.parse("shuffled")).isEqualTo(Shards.SHUFFLED);
    assertThat(Shards.parse("by-label")).isEqualTo(Shards.BY_LABEL);
    assertThat(Shards.parse("uneven")).isEqualTo(Shards.UNEVEN);
    assertThat(Shards.BY_LABEL).hasToString("by-label");
  }

  @Test
  void parse_anythingElse_listsTheNames() {
    assertThatThrownBy(() -> Shards.parse("sorted"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown shards 'sorted': expected shuffled, by-label or uneven");
  }
}
