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
  private static final int READINGS = 10;

  /**
   * By the clock as it is now. Of several readings the quickest counts: processes of one host, any
   * of which may lose its core between the two clocks, then agree to about a microsecond.
   */
  public static WallClock now() {
    long offset = 0;
    long quickest = Long.MAX_VALUE;
    for (int i = 0; i < READINGS; i++) {
      long before = System.nanoTime();
      Instant now = Instant.now();
      long took = System.nanoTime() - before;
      if (took < quickest) {
        quickest = took;
        offset = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - before - took / 2;
      }
    }
    return new WallClock(offset);
  }

  /** The time of a {@link System#nanoTime}. */
  public long at(long nanoTime) {
    return nanoTime + offset;
  }
}
