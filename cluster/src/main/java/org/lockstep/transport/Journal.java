package org.lockstep.transport;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.OpTag;

/**
 * The operations that this rank has begun in one group, numbered; the last few are kept, so that a
 * peer can be told what this rank was doing.
 *
 * <p>Thread rule: the rank's thread begins operations, any thread may look.
 */
public final class Journal {
  private static final int KEPT = FlightRecorder.KEPT;

  private final Group group;
  private final Meter meter;
  private final long timeoutNanos;
  private final FlightRecorder recorder;
  private final AtomicReferenceArray<@Nullable Operation> recent = new AtomicReferenceArray<>(KEPT);
  private volatile long begun;

  Journal(Group group, Meter meter, long timeoutNanos, FlightRecorder recorder) {
    this.group = group;
    this.meter = meter;
    this.timeoutNanos = timeoutNanos;
    this.recorder = recorder;
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
    long now = System.nanoTime();
    Operation operation =
        new Operation(group, meter, sequence, now, now + timeoutNanos, action, root, length, tag);
    recent.set((int) (sequence % KEPT), operation);
    begun = sequence + 1;
    meter.begun();
    return operation;
  }

  /**
   * Notes that an operation is over, on the thread that ran it.
   *
   * @param done whether all went well
   */
  public void end(Operation operation, boolean done) {
    long ended = operation.end(done);
    if (done && !operation.action().overlaps()) {
      meter.waited(ended - operation.issued());
    }
    recorder.ended(operation);
  }

  /** The rank's own thread has waited since {@code begin} for one that ran beside it. */
  public void awaited(Operation operation, long begin) {
    long end = System.nanoTime();
    meter.waited(end - begin);
    recorder.awaited(operation, begin, end);
  }

  /** Those that are kept. */
  Stream<Operation> recent() {
    return IntStream.range(0, KEPT).mapToObj(recent::get).filter(Objects::nonNull);
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
