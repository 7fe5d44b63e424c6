package org.lockstep.transport;

import org.lockstep.comm.OpTag;

/**
 * One collective as this rank performs it. The fingerprint is computed from all that must agree
 * between the ranks (action, length, root, tag) and travels with every frame.
 */
public final class Operation {
  private static final int NOBODY = -1;

  private final Group group;
  private final Meter meter;
  private final long sequence;
  private final Action action;
  private final int root;
  private final int length;
  private final OpTag tag;
  private final long fingerprint;
  private final long issued;
  private volatile long deadline;
  private volatile boolean awaited;
  private volatile long started;
  private volatile long ended;
  private boolean done;
  private volatile int peer = NOBODY;
  private long peerSince;
  private boolean waits;
  private long waited;

  Operation(
      Group group,
      Meter meter,
      long sequence,
      long issued,
      long deadline,
      Action action,
      int root,
      int length,
      OpTag tag) {
    this.group = group;
    this.meter = meter;
    this.sequence = sequence;
    this.issued = issued;
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

  Action action() {
    return action;
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

  /** The {@link System#nanoTime} at which the rank's thread asked for this. */
  long issued() {
    return issued;
  }

  /** The lane's thread takes it up; where that is the rank's own, it does so at once. */
  public void start() {
    started = System.nanoTime();
  }

  /** The lane's thread has nothing of that rank of the mesh yet, and waits for it. */
  void waitFor(int meshRank, long since) {
    peerSince = since;
    waits = true;
    peer = meshRank;
  }

  /** What it waited for, if it did, has come. */
  void came() {
    if (waits) {
      waits = false;
      waited += System.nanoTime() - peerSince;
    }
  }

  /** It is over; returns when. */
  long end(boolean well) {
    came();
    long now = System.nanoTime();
    done = well;
    ended = now;
    return now;
  }

  /** What is known of it by now; any thread, which may miss the last of a wait that just ends. */
  RecordedCollective recorded(WallClock clock) {
    long end = ended;
    long start = action.overlaps() ? started : issued;
    int last = peer;
    return new RecordedCollective(
        group.id(),
        sequence,
        action.overlaps(),
        what(),
        tag.toString(),
        (long) length * action.width(),
        clock.at(issued),
        start == 0 ? 0 : clock.at(start),
        end == 0 ? 0 : clock.at(end),
        end != 0 && done,
        last,
        last == NOBODY ? 0 : clock.at(peerSince),
        waited);
  }

  private String what() {
    String from = action == Action.BROADCAST ? " from rank " + root : "";
    return action.text() + " of " + length + " " + action.unit() + from;
  }

  FrameHeader header(int part, int bytes) {
    return new FrameHeader(FrameHeader.Kind.DATA, group.id(), part, sequence, fingerprint, bytes);
  }

  /** For example "allReduce SUM of 129 doubles (bn1 forward of step 3)". */
  @Override
  public String toString() {
    return what() + " (" + tag + ")";
  }
}
