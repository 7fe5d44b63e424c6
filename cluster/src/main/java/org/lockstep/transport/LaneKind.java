package org.lockstep.transport;

/** The two connections that each pair of ranks has. */
enum LaneKind {
  /** For small collectives: the training thread runs its loop. */
  LATENCY,
  /** For large ones, which go on beside the training: its loop has a thread. */
  BANDWIDTH;

  static LaneKind of(int number) {
    return number == BANDWIDTH.ordinal() ? BANDWIDTH : LATENCY;
  }
}
