package org.lockstep.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class BatchNormArithmeticTest {
  private static final double CLOSE = 3e-7;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void normalize_sixNumbersInTwoColumns_givesTheTutorialsNumbers(int ranks) {
    INDArray y = BatchNormArithmetic.normalize(BatchNormArithmetic.range(3, 2), ranks);

    for (int column = 0; column < 2; column++) {
      assertThat(y.getDouble(0, column)).isCloseTo(-1.2247427, within(CLOSE));
      assertThat(y.getDouble(1, column)).isZero();
      assertThat(y.getDouble(2, column)).isCloseTo(1.2247427, within(CLOSE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void normalize_thirtySixNumbersInTwoChannels_givesTheTutorialsNumbers(int ranks) {
    INDArray y = BatchNormArithmetic.normalize(BatchNormArithmetic.range(2, 2, 3, 3), ranks);

    for (int channel = 0; channel < 2; channel++) {
      assertThat(y.getDouble(0, channel, 0, 0)).isCloseTo(-1.3884367, within(CLOSE));
      assertThat(y.getDouble(1, channel, 2, 2)).isCloseTo(1.3884367, within(CLOSE));
    }
  }

  @Test
  void print_tenPeople_showsMeansAndWhatIsLeftOfThem() {
    StringWriter text = new StringWriter();
    BatchNormArithmetic.print(new PrintWriter(text, true));

    assertThat(text.toString()).contains("height  mean  161.1", "weight  mean", "age     mean");
  }
}
