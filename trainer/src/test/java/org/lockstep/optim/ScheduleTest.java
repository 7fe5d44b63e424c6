package org.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @Test
  void parse_everyForm_namesItsParts() {
    assertThat(Schedule.parse("constant")).isEqualTo(new Constant());
    assertThat(Schedule.parse("cosine")).isEqualTo(new Cosine());
    assertThat(Schedule.parse("step:30")).isEqualTo(new StepDecay(30, 0.1));
    assertThat(Schedule.parse("step:2:0.5")).isEqualTo(new StepDecay(2, 0.5));
    assertThat(Schedule.parse("warmup:5,cosine")).isEqualTo(new Warmup(5, new Cosine()));
    assertThat(Schedule.parse("warmup:1,step:2:0.25"))
        .isEqualTo(new Warmup(1, new StepDecay(2, 0.25)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "cosine", "step:3:0.2", "warmup:4,step:30:0.1"})
  void toString_ofParsed_isTheText(String text) {
    assertThat(Schedule.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''             | constant, step:K[:F] or cosine",
        "Constant       | constant, step:K[:F] or cosine",
        "constant:1     | constant, step:K[:F] or cosine",
        "'cosine '      | constant, step:K[:F] or cosine",
        "step           | constant, step:K[:F] or cosine",
        "step:1:0.1:2   | constant, step:K[:F] or cosine",
        "step:          | whole number of epochs, found ''",
        "step:0         | whole number of epochs, found '0'",
        "step:-3        | whole number of epochs, found '-3'",
        "step:1.5       | whole number of epochs, found '1.5'",
        "step:9999999   | whole number of epochs, found '9999999'",
        "step:2:        | positive factor such as 0.1, found ''",
        "step:2:0       | positive factor such as 0.1, found '0'",
        "step:2:NaN     | positive factor such as 0.1, found 'NaN'",
        "step:2:-1      | positive factor such as 0.1, found '-1'",
        "warmup:3       | a comma and a schedule behind the warm-up",
        "warmup:3,      | constant, step:K[:F] or cosine",
        "'warmup:,cosine' | whole number of epochs, found ''",
        "'warmup:1,warmup:1,cosine' | constant, step:K[:F] or cosine",
      })
  void parse_ofAnythingElse_saysWhatIsExpected(String text, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.parse(text))
        .withMessageStartingWith("schedule '" + text + "'")
        .withMessageContaining(expected);
  }

  @Property(tries = 50)
  void factor_ofConstant_isOne(@ForAll @DoubleRange(max = 99) double epoch) {
    assertThat(Schedule.parse("constant").factor(epoch, 100)).isOne();
  }

  @Property(tries = 50)
  void factor_ofSteps_isAPower(
      @ForAll @IntRange(max = 20) int done, @ForAll @IntRange(min = 1, max = 7) int every) {
    Schedule schedule = Schedule.parse("step:" + every + ":0.5");
    assertThat(schedule.factor(done, 30)).isEqualTo(Math.pow(0.5, Math.floorDiv(done, every)));
    assertThat(schedule.factor(done + 0.99, 30)).isEqualTo(schedule.factor(done, 30));
  }

  @Test
  void factor_ofCosine_fallsFromOneOverHalfToZero() {
    Schedule cosine = Schedule.parse("cosine");
    assertThat(cosine.factor(0, 8)).isOne();
    assertThat(cosine.factor(2, 8)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-12));
    assertThat(cosine.factor(4, 8)).isCloseTo(0.5, within(1e-12));
    assertThat(cosine.factor(8, 8)).isCloseTo(0, within(1e-12));
  }

  @Test
  void factor_ofWarmup_risesOverWhatStandsBehindIt() {
    Schedule schedule = Schedule.parse("warmup:4,step:3:0.1");
    assertThat(schedule.factor(0, 9)).isZero();
    assertThat(schedule.factor(1.5, 9)).isEqualTo(1.5 / 4);
    assertThat(schedule.factor(3, 9)).isCloseTo(0.1 * 3 / 4, within(1e-12));
    assertThat(schedule.factor(5, 9)).isEqualTo(0.1);
  }
}
