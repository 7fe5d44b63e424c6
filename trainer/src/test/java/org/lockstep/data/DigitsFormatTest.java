package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigitsFormatTest {
  private static final String LINE = "16,".repeat(64) + "7\n";

  @Test
  void load_sixLines_testsTheLast() {
    Dataset set = DigitsFormat.load("digits", file(LINE.repeat(6)));
    assertThat(set.train().size()).isEqualTo(5);
    assertThat(set.test().size()).isEqualTo(1);
    assertThat(set.test().label(0)).isEqualTo(7);
    assertThat(set.test().pixels()).containsOnly(16).hasSize(64);
  }

  @ParameterizedTest
  @CsvSource({
    "'17,', '7', 'expected a number 0 to 16 in line 2, found ''17'''",
    "'-1,', '7', 'expected a number 0 to 16 in line 2, found ''-1'''",
    "'x,', '7', 'expected a number 0 to 16 in line 2, found ''x'''",
    "'1,', '10', 'expected a number 0 to 9 in line 2, found ''10'''",
    "'1,1,', '7', 'expected 64 values and a label in line 2, found 66 entries'",
    "'', '7', 'expected 64 values and a label in line 2, found 64 entries'",
  })
  void load_spoiltLine_isNamed(String first, String label, String message) {
    String spoilt = first + "0,".repeat(63) + label + "\n";
    assertThatThrownBy(() -> DigitsFormat.load("digits", file(LINE + spoilt + LINE.repeat(4))))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("digits.csv: " + message);
  }

  @Test
  void load_tooFewLinesToTest_isRefused() {
    assertThatThrownBy(() -> DigitsFormat.load("digits", file(LINE.repeat(5))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected at least 6 lines, found 5");
  }

  private static DataFile file(String text) {
    return new DataFile("digits.csv", text.getBytes(StandardCharsets.US_ASCII));
  }
}
