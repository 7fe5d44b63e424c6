package org.lockstep.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.train.TrainConfig;

class StepBenchmarkTest {
  private static final TrainConfig CONFIG = TrainConfig.DEFAULT;

  @ParameterizedTest
  @CsvSource({"2, 6000, 10, 200", "8, 100, 10, 200", "2, 8, 0, 1", "3, 6000, 100, 2000"})
  void of_anyDataSize_takesEnoughStepsAndNoMoreImagesThanThereAre(
      int workers, int available, int warmup, int steps) {
    TrainConfig config = StepBenchmark.of(CONFIG, workers, available, warmup, steps).config();

    int stepsPerEpoch = config.limit() / (workers * config.batchPerWorker());
    assertThat(config.limit()).isLessThanOrEqualTo(available);
    assertThat((stepsPerEpoch - 1) * config.epochs()).isGreaterThanOrEqualTo(warmup + steps);
  }

  @Test
  void of_lessThanTwoSteps_isRefused() {
    assertThatThrownBy(() -> StepBenchmark.of(CONFIG, 8, 31, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 steps of 8 workers x 2 images, found 31");
  }
}
