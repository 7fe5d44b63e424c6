package org.lockstep.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormLabelTest {
  @ParameterizedTest
  @CsvSource({
    "sync, Sync-BN",
    "sync:2, Sync-BN(2)",
    "group:8+ws, GroupNorm(8) + WS",
    "renorm, Batch Renorm(100)",
    "frn, FRN",
    "evonorm, EvoNorm-S0(32)"
  })
  void of_norm_isWhatPeopleCallIt(String norm, String label) {
    assertThat(NormLabel.of(norm)).isEqualTo(label);
  }
}
