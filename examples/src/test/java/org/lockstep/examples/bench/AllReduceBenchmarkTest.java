package org.lockstep.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AllReduceBenchmarkTest {
  @ParameterizedTest
  @ValueSource(ints = {1, AllReduceBenchmark.MAX_STATISTICS, AllReduceBenchmark.MAX_STATISTICS + 1})
  void run_threeRanks_busBandwidthIsFourThirdsOfTheMessageOverTheMedian(int floats) {
    InProcessGroup.run(
        3,
        communicator -> {
          AllReduceFile.Result result =
              new AllReduceBenchmark(floats, 2, 5).run(communicator, event -> {});

          double bytesPerMicro = 4.0 * floats * 4 / 3 / result.p50Micros();
          assertThat(result.busMegabytesPerSecond()).isCloseTo(bytesPerMicro, withPercentage(1e-6));
          assertThat(result.p99Micros()).isGreaterThanOrEqualTo(result.p50Micros());
          assertThat(result.workers()).isEqualTo(3);
          assertThat(result.floats()).isEqualTo(floats);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void new_noFloats_isRefused(int floats) {
    assertThatThrownBy(() -> new AllReduceBenchmark(floats, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("floats: expected at least 1, found " + floats);
  }
}
