package org.lockstep.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;

class FaultSpecTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill:rank=2,step=5,layer=bn1,phase=forward",
        "stop:rank=0",
        "exit:rank=0,step=0,at=checkpoint",
        "throw:rank=3,phase=evaluation",
        "delay:200ms,rank=1,layer=bucket0,phase=gradient",
        "reset:rank=1,at=rendezvous",
        "blackhole:rank=1,at=middle",
        "corrupt:rank=1,attempt=2",
        "truncate:rank=1",
        "half-close:rank=1",
        "slice:rank=1,phase=control",
      })
  void toString_ofAnyFault_isWhatParseReads(String text) {
    assertThat(FaultSpec.parse(text)).hasToString(text);
  }

  @Test
  void parse_everyOption_isTaken() {
    assertThat(
            FaultSpec.parse("delay:2s,rank=2,step=5,layer=bn1,phase=forward,at=middle,attempt=1"))
        .isEqualTo(
            new FaultSpec(
                FaultKind.DELAY,
                Duration.ofSeconds(2),
                2,
                5L,
                "bn1",
                Phase.FORWARD,
                FaultPoint.MIDDLE,
                1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                           | expected one of kill, stop, exit, throw, delay, reset,",
        "murder:rank=1                | found 'murder'",
        "kill                         | rank: expected a number of 0 or more, found 'none'",
        "kill:                        | expected rank=, step=, layer=, phase=, at=, attempt= or a time, found ''",
        "kill:rank=-1                 | rank: expected a number of 0 or more, found '-1'",
        "kill:rank=1,rank=2           | rank: expected one, found two",
        "kill:rank=1,when=now         | found 'when=now'",
        "kill:rank=1,step=x           | step: expected a number of 0 or more, found 'x'",
        "kill:rank=1,phase=sideways   | phase: expected one of forward, backward, gradient,",
        "kill:rank=1,at=home          | at: expected one of start, middle, checkpoint, rendezvous, found 'home'",
        "kill:2s,rank=1               | time: expected none with kill, found 2000ms",
        "delay:rank=1                 | time: expected one such as delay:200ms, found none",
        "kill:rank=1,at=checkpoint    | rank: expected 0, which writes checkpoints, found 1",
        "kill:rank=0,at=checkpoint,layer=bn1 | layer: expected none with at=checkpoint, found bn1",
        "kill:rank=1,at=rendezvous,step=1    | step: expected none with at=rendezvous, found 1",
      })
  void parse_noFault_saysWhatWhereExpectedAndFound(String text, String expected) {
    assertThatThrownBy(() -> FaultSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("fault '" + text + "': ")
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "kill:rank=0, true",
    "'kill:rank=0,step=3,layer=bn1,phase=forward', true",
    "'kill:rank=0,at=middle,step=3', true",
    "'kill:rank=0,step=4', false",
    "'kill:rank=0,layer=bn2', false",
    "'kill:rank=0,phase=backward', false",
    "'kill:rank=0,at=rendezvous', false",
  })
  void fits_collective_comparesWhatIsSaid(String text, boolean fits) {
    assertThat(FaultSpec.parse(text).fits(new OpTag(3, "bn1", Phase.FORWARD))).isEqualTo(fits);
  }

  @Test
  void ofAttempt_unsaid_isTheFirst() {
    List<FaultSpec> faults =
        List.of(FaultSpec.parse("kill:rank=0"), FaultSpec.parse("stop:rank=1,attempt=1"));
    assertThat(FaultSpec.ofAttempt(faults, 0)).containsExactly(faults.get(0));
    assertThat(FaultSpec.ofAttempt(faults, 1)).containsExactly(faults.get(1));
  }
}
