package org.lockstep.transport;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Turns {@link System#nanoTime} into nanoseconds since 1970, by this host's clock as it was once:
 * what is later stays later, even if somebody sets the clock.
 *
 * @param offset what to add
 */
public record WallClock(long offset) {
  static WallClock now() {
    Instant now = Instant.now();
    long sinceEpoch = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    return new WallClock(sinceEpoch - System.nanoTime());
  }

  /** The time of a {@link System#nanoTime}. */
  public long at(long nanoTime) {
    return nanoTime + offset;
  }
}
