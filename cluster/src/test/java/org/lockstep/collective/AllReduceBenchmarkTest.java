package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllReduceBenchmarkTest {
  @Test
  void run_bothPaths_reportsEverySizeInOrder() throws Exception {
    List<Integer> sizes = List.of(3, 20_000);
    List<AllReduceResult> events = new ArrayList<>();
    List<AllReduceBenchmark.Report> reports =
        Ranks.run(
            2,
            false,
            communicator ->
                new AllReduceBenchmark(sizes, 2, 5)
                    .run(communicator, communicator.rank() == 0 ? events::add : event -> {}));
    assertThat(events).isEqualTo(reports.get(0).results());
    assertThat(events).extracting(AllReduceResult::floats).isEqualTo(sizes);
    assertThat(events).allMatch(result -> result.workers() == 2);
    assertThat(events).allMatch(result -> result.p50Micros() <= result.p99Micros());
  }

  @Test
  void of_oneToHundredMicros_givesTheQuantilesAndTheBusSpeed() {
    long[] nanos = new long[100];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = (i + 1) * 1000L;
    }
    AllReduceResult result = AllReduceResult.of(4, 1000, 4000, nanos);
    assertThat(result.p50Micros()).isEqualTo(51);
    assertThat(result.p99Micros()).isEqualTo(100);
    assertThat(result.busMegabytesPerSecond()).isCloseTo(1.5 * 4000 / 51, within(1e-9));
  }

  @Test
  void new_noRepeats_saysWhatIsExpected() {
    assertThatThrownBy(() -> new AllReduceBenchmark(List.of(1), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repeats 0");
  }
}
