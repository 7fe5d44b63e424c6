package org.lockstep.comm;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** One thread's handle on a group of threads; see {@link InProcessGroup}. */
final class InProcessCommunicator implements Communicator {
  private static final OpTag SPLIT = new OpTag(0, "group", Phase.CONTROL);

  private final Meetings group;
  private final int rank;
  private final AtomicLong collectives = new AtomicLong();
  private final AtomicLong nanosWaited = new AtomicLong();

  InProcessCommunicator(Meetings group, int rank) {
    this.group = group;
    this.rank = rank;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int worldSize() {
    return group.worldSize();
  }

  @Override
  public Duration timeout() {
    return group.timeout();
  }

  @Override
  public void allReduce(double[] buffer, int length, ReduceOp op, OpTag tag) {
    Objects.checkFromIndexSize(0, length, buffer.length);
    if (worldSize() == 1 && group.isOpen(rank)) {
      collectives.getAndIncrement(); // local batch norm comes here twice a layer: leave no garbage
      return;
    }
    meet(
        new Call("allReduce", op, length, tag, buffer, 0, buffer),
        InProcessCommunicator::completeReduce);
  }

  private static void completeReduce(Call[] calls) {
    int length = calls[0].length();
    double[][] byRank = new double[calls.length][];
    Arrays.setAll(byRank, rank -> calls[rank].doubles());
    double[] reduced = ReductionTree.reduce(byRank, length, (ReduceOp) calls[0].detail());
    for (int rank = 1; rank < byRank.length; rank++) {
      System.arraycopy(reduced, 0, byRank[rank], 0, length);
    }
  }

  @Override
  public Work allReduceAsync(float[] buffer, int offset, int length, OpTag tag) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return start(
        new Call("allReduceAsync", ReduceOp.SUM, length, tag, buffer, offset, buffer),
        InProcessCommunicator::completeSum);
  }

  private static void completeSum(Call[] calls) {
    float[][] byRank = new float[calls.length][];
    Arrays.setAll(byRank, rank -> calls[rank].floats());
    int[] offsets = new int[calls.length];
    Arrays.setAll(offsets, rank -> calls[rank].offset());
    ReductionTree.sum(byRank, offsets, calls[0].length());
    completeBroadcast(calls, 0);
  }

  @Override
  public void allGather(double[] mine, double[] all, OpTag tag) {
    if (all.length != worldSize() * mine.length) {
      throw new IllegalArgumentException(
          "expected room for "
              + worldSize()
              + " x "
              + mine.length
              + " values, found "
              + all.length);
    }
    meet(
        new Call("allGather", "", mine.length, tag, mine, 0, all),
        InProcessCommunicator::completeGather);
  }

  private static void completeGather(Call[] calls) {
    for (Call to : calls) {
      for (int rank = 0; rank < calls.length; rank++) {
        System.arraycopy(
            calls[rank].doubles(), 0, (double[]) to.result(), rank * to.length(), to.length());
      }
    }
  }

  @Override
  public void broadcast(float[] buffer, int offset, int length, int root, OpTag tag) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    Objects.checkIndex(root, worldSize());
    meet(
        new Call("broadcast", "from rank " + root, length, tag, buffer, offset, buffer),
        calls -> completeBroadcast(calls, root));
  }

  private static void completeBroadcast(Call[] calls, int root) {
    Call from = calls[root];
    for (int rank = 0; rank < calls.length; rank++) {
      if (rank != root) {
        Call to = calls[rank];
        System.arraycopy(from.floats(), from.offset(), to.floats(), to.offset(), from.length());
      }
    }
  }

  @Override
  public Communicator subgroup(int size) {
    if (size < 1 || worldSize() % size != 0) {
      throw new IllegalArgumentException(
          "expected a group size that divides the " + worldSize() + " ranks, found " + size);
    }
    Communicator[] mine = new Communicator[1];
    meet(new Call("subgroup", size, 0, SPLIT, mine, 0, mine), this::completeSplit);
    return mine[0];
  }

  private void completeSplit(Call[] calls) {
    int size = (Integer) calls[0].detail();
    for (int first = 0; first < calls.length; first += size) {
      for (Communicator member : group.smaller(size).communicators()) {
        ((Communicator[]) calls[first + member.rank()].result())[0] = member;
      }
    }
  }

  @Override
  public void abort(String reason) {
    group.fail(reason);
  }

  @Override
  public Traffic traffic() {
    return new Traffic(collectives.get(), 0, nanosWaited.get());
  }

  @Override
  public void close() {
    group.leave(rank);
  }

  private void meet(Call call, Meeting.Completion completion) {
    start(call, completion).await(timeout());
  }

  private Pending start(Call call, Meeting.Completion completion) {
    long number = collectives.getAndIncrement();
    return new Pending(call, group.arrive(rank, number, call, completion));
  }

  /** A collective that this rank came to. */
  private final class Pending implements Work {
    private final Call call;
    private final Meeting meeting;

    Pending(Call call, Meeting meeting) {
      this.call = call;
      this.meeting = meeting;
    }

    @Override
    public boolean isDone() {
      return group.isOver(meeting);
    }

    @Override
    public void await(Duration timeout) {
      long start = System.nanoTime();
      try {
        group.await(meeting, rank, call, timeout);
      } finally {
        nanosWaited.addAndGet(System.nanoTime() - start);
      }
    }
  }
}
