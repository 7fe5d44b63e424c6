package org.lockstep.transport;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.OpTag;

/**
 * The operations that this rank has begun in one group, numbered; the last few are kept, so that a
 * peer can be told what this rank was doing.
 *
 * <p>Thread rule: the rank's thread begins operations, any thread may look.
 */
public final class Journal {
  private static final int KEPT = 64;

  private final Group group;
  private final Meter meter;
  private final long timeoutNanos;
  private final AtomicReferenceArray<@Nullable Operation> recent = new AtomicReferenceArray<>(KEPT);
  private volatile long begun;

  Journal(Group group, Meter meter, long timeoutNanos) {
    this.group = group;
    this.meter = meter;
    this.timeoutNanos = timeoutNanos;
  }

  /** Begins the group's next operation; its time runs from now. */
  public Operation begin(Action action, int length, OpTag tag) {
    return begin(action, 0, length, tag);
  }

  /**
   * Begins the group's next operation.
   *
   * @param root the rank that the ranks must agree on; 0 where there is none
   */
  public Operation begin(Action action, int root, int length, OpTag tag) {
    long sequence = begun;
    long deadline = System.nanoTime() + timeoutNanos;
    Operation operation =
        new Operation(group, meter, sequence, deadline, action, root, length, tag);
    recent.set((int) (sequence % KEPT), operation);
    begun = sequence + 1;
    meter.begun();
    return operation;
  }

  /** The operation of that number, or null if it has not begun or is forgotten. */
  @Nullable Operation find(long sequence) {
    Operation operation = recent.get((int) Math.floorMod(sequence, (long) KEPT));
    return operation != null && operation.sequence() == sequence ? operation : null;
  }

  @Nullable Operation last() {
    long count = begun;
    return count == 0 ? null : find(count - 1);
  }
}
