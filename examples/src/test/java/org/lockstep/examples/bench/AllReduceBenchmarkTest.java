package org.lockstep.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.launch.RankContext;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AllReduceBenchmarkTest {
  @Test
  void run_bothPaths_reportsEverySizeInOrder() throws Exception {
    List<Integer> sizes = List.of(3, 20_000);
    List<AllReduceResult> events = new ArrayList<>();
    InProcessGroup.run(
        2,
        communicator -> {
          List<AllReduceResult> mine = communicator.rank() == 0 ? events : new ArrayList<>();
          AllReduceBenchmark.Report report =
              new AllReduceBenchmark(sizes, 2, 5).run(new RankContext(communicator), mine::add);
          assertThat(report.results()).isEqualTo(mine);
        });
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
    assertThat(result.p50Micros()).isEqualTo(50);
    assertThat(result.p99Micros()).isEqualTo(99);
    assertThat(result.busMegabytesPerSecond()).isCloseTo(1.5 * 4000 / 50, within(1e-9));
  }

  @Test
  void new_noRepeats_saysWhatIsExpected() {
    assertThatThrownBy(() -> new AllReduceBenchmark(List.of(1), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repeats 0");
  }
}
