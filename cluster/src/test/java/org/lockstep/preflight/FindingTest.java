package org.lockstep.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.rendezvous.ClusterException;

@Timeout(60)
class FindingTest {
  private static final Finding GOOD = Finding.ok("check", "this");
  private static final Finding WARNING = Finding.warning("check", "that", "set a=1");
  private static final Finding FIRST = Finding.problem("check", "nothing", "set b=2");
  private static final Finding SECOND = Finding.problem("check", "nothing", "set c=3");

  @Test
  void admit_withProblems_throwsTheFirstOnesSentence() {
    assertThatThrownBy(() -> Finding.admit(List.of(GOOD, WARNING, FIRST, SECOND)))
        .isInstanceOf(ClusterException.class)
        .hasMessage("set b=2");
  }

  @Test
  void admit_withWarningsOnly_letsTheRunStart() {
    assertThatCode(() -> Finding.admit(List.of(GOOD, WARNING))).doesNotThrowAnyException();
  }

  @Test
  void gravest_ofSeveralProblems_isTheFirst() {
    assertThat(Finding.gravest(List.of(GOOD, FIRST, WARNING, SECOND))).isEqualTo(FIRST);
  }

  @Test
  void anyProblem_withAWarning_isFalse() {
    assertThat(Finding.anyProblem(List.of(GOOD, WARNING))).isFalse();
  }

  @Test
  void anyProblem_withAProblem_isTrue() {
    assertThat(Finding.anyProblem(List.of(GOOD, FIRST))).isTrue();
  }
}
