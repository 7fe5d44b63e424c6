package org.lockstep.transport;

/** What can happen to a connection. */
public enum WireFault {
  /** It ends at once, without the bytes under way: RST. */
  RESET,
  /** All connections of the rank lose what is sent, and what comes, from now on. */
  BLACKHOLE,
  /** One bit comes as another. */
  CORRUPT,
  /** Of what is sent the first half comes, then the end of the stream. */
  TRUNCATE,
  /** This side has no more to say, but listens: FIN, one way. */
  HALF_CLOSE,
  /** Bytes come one by one; nothing is lost. */
  SLICE
}
