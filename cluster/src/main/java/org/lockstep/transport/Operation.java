package org.lockstep.transport;

import org.lockstep.comm.OpTag;

/**
 * One collective as this rank performs it. The fingerprint is computed from all that must agree
 * between the ranks (action, length, root, tag) and travels with every frame.
 */
public final class Operation {
  private final Group group;
  private final Meter meter;
  private final long sequence;
  private final Action action;
  private final int root;
  private final int length;
  private final OpTag tag;
  private final long fingerprint;
  private volatile long deadline;
  private volatile boolean awaited;

  Operation(
      Group group,
      Meter meter,
      long sequence,
      long deadline,
      Action action,
      int root,
      int length,
      OpTag tag) {
    this.group = group;
    this.meter = meter;
    this.sequence = sequence;
    this.deadline = deadline;
    this.action = action;
    this.root = root;
    this.length = length;
    this.tag = tag;
    this.fingerprint = digest();
  }

  private long digest() {
    long h = mix(action.ordinal() + 31L * tag.phase().ordinal());
    h = mix(h ^ length ^ (long) root << 32);
    h = mix(h ^ tag.step());
    return mix(h ^ tag.layer().hashCode()) | 1; // never 0, which says "none"
  }

  /** The finalizer of SplitMix64 (Steele, Lea &amp; Flood 2014): every bit reaches every other. */
  private static long mix(long bits) {
    long h = bits + 0x9E3779B97F4A7C15L;
    h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }

  public Group group() {
    return group;
  }

  Meter meter() {
    return meter;
  }

  long sequence() {
    return sequence;
  }

  long fingerprint() {
    return fingerprint;
  }

  /** The {@link System#nanoTime} after which the operation is late. */
  long deadline() {
    return deadline;
  }

  /** Makes the operation late from {@code nanoTime} on; any thread. */
  public void deadline(long nanoTime) {
    deadline = nanoTime;
  }

  /** Whether the rank's own thread does nothing but wait for this. */
  boolean isAwaited() {
    return awaited;
  }

  /** The rank's own thread waits from now on; any thread. */
  public void await() {
    awaited = true;
  }

  FrameHeader header(int part, int bytes) {
    return new FrameHeader(FrameHeader.Kind.DATA, group.id(), part, sequence, fingerprint, bytes);
  }

  /** For example "allReduce SUM of 129 doubles (bn1 forward of step 3)". */
  @Override
  public String toString() {
    String from = action == Action.BROADCAST ? " from rank " + root : "";
    return action.text() + " of " + length + " " + action.unit() + from + " (" + tag + ")";
  }
}
