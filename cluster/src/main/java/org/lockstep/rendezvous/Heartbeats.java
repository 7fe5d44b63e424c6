package org.lockstep.rendezvous;

import java.time.Duration;

/** The rhythm of heartbeats, the same on both sides. */
final class Heartbeats {
  /** How many may be missed in a row. */
  static final int MISSABLE = 5;

  private Heartbeats() {}

  static long periodNanos(Duration silence) {
    return silence.toNanos() / MISSABLE;
  }

  static void require(String what, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(what + ": expected more than 0 s, found " + duration);
    }
  }
}
