package org.lockstep.rendezvous;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the one failure that a job shows: the first certain one, or the strongest of what came
 * within a moment of the first. Nobody may be told before: who is told to stop closes its
 * connection and ends, and that would look like a cause. Any thread may use it.
 */
final class FailureGate {
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final CompletableFuture<Failure> decided = new CompletableFuture<>();
  private final ScheduledExecutorService timer;
  private @Nullable Failure strongest;

  FailureGate(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  synchronized void report(Failure failure) {
    boolean first = strongest == null;
    if (strongest == null || failure.cause().compareTo(strongest.cause()) > 0) {
      strongest = failure;
    }
    if (failure.cause().isCertain()) {
      decided.complete(failure);
    } else if (first) {
      timer.schedule(this::decide, MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Completes with the failure to show; never, if all goes well. */
  CompletableFuture<Failure> decided() {
    return decided;
  }

  private synchronized void decide() {
    if (strongest != null) {
      decided.complete(strongest);
    }
  }
}
