package org.lockstep.fault;

/** Where in the life of a rank a fault strikes. */
public enum FaultPoint {
  /** Before the rank sends anything of a collective. */
  START,
  /** When half of an all-reduce is done: around the ring, when all sums are known to somebody. */
  MIDDLE,
  /** While rank 0 writes a checkpoint, of whose files the first is there. */
  CHECKPOINT,
  /** When the rank knows its peers and connects to them. */
  RENDEZVOUS;

  /** Whether it is in a collective, and so has layer and phase. */
  boolean isCollective() {
    return this == START || this == MIDDLE;
  }

  @Override
  public String toString() {
    return FaultText.word(this);
  }
}
