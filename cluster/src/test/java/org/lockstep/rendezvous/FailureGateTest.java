package org.lockstep.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FailureGateTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ScheduledExecutorService timer = DaemonThreads.timer("test");
  private final FailureGate gate = new FailureGate(timer);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void report_certainCause_isDecidedAtOnce() {
    Failure exit = failure(Failure.Cause.EXIT);
    gate.report(exit);

    assertThat(gate.decided()).isCompletedWithValue(exit);
  }

  @Test
  void report_twoCertainCauses_keepsTheFirst() {
    Failure task = failure(Failure.Cause.TASK);
    gate.report(task);
    gate.report(failure(Failure.Cause.EXIT));

    assertThat(gate.decided()).isCompletedWithValue(task);
  }

  @Test
  void report_certainAfterVague_showsTheCertainOne() {
    Failure exit = failure(Failure.Cause.EXIT);
    gate.report(failure(Failure.Cause.COLLECTIVE));
    gate.report(exit);

    assertThat(gate.decided()).isCompletedWithValue(exit);
  }

  @Test
  void report_onlyVagueCauses_showsTheStrongestAfterAMoment() {
    Failure connection = failure(Failure.Cause.CONNECTION);
    gate.report(failure(Failure.Cause.COLLECTIVE));
    gate.report(connection);
    gate.report(failure(Failure.Cause.COLLECTIVE));

    assertThat(gate.decided()).isNotDone();
    assertThat(gate.decided()).succeedsWithin(LONG).isEqualTo(connection);
  }

  private static Failure failure(Failure.Cause cause) {
    return new Failure(1, cause, "worker 1 of 2 " + cause, "");
  }
}
