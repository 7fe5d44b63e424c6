package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointNamesTest {
  @ParameterizedTest
  @CsvSource({
    "step-00000000, 0, 1",
    "step-00000012, 12, 1",
    "step-00000012-2, 12, 2",
    "step-123456789-10, 123456789, 10"
  })
  void of_stepAndCopy_hasBothInIt(String name, long step, int copy) {
    assertThat(CheckpointNames.of(step, copy)).isEqualTo(name);
    assertThat(CheckpointNames.isOne(name)).isTrue();
    assertThat(CheckpointNames.step(name)).isEqualTo(step);
    assertThat(CheckpointNames.copy(name)).isEqualTo(copy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step-1",
        "step-00000012-1",
        "step-00000012-",
        "step-00000012-02",
        "step-9999999999999999999",
        ".tmp-step-00000012",
        "not-ours"
      })
  void isOne_ofAnythingElse_isFalse(String name) {
    assertThat(CheckpointNames.isOne(name)).isFalse();
  }

  @Test
  void of_laterCopies_comeAfterTheFirst() {
    assertThat(CheckpointNames.of(12, 1))
        .isLessThan(CheckpointNames.of(12, 2))
        .isLessThan(CheckpointNames.of(13, 1));
  }
}
