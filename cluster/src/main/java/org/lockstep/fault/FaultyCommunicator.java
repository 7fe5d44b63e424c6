package org.lockstep.fault;

import java.time.Duration;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;
import org.lockstep.comm.Work;

/** A communicator whose rank meets faults before its collectives begin. */
final class FaultyCommunicator implements Communicator {
  private final Communicator ranks;
  private final Faults faults;

  FaultyCommunicator(Communicator ranks, Faults faults) {
    this.ranks = ranks;
    this.faults = faults;
  }

  /** In a ring each rank sends, and receives, (p - 1)/p of the vector in each half. */
  private void before(OpTag tag, long bytes) {
    faults.before(ranks, tag, 2 * bytes * (worldSize() - 1) / worldSize());
  }

  private void run(Runnable collective) {
    try {
      collective.run();
    } catch (CommunicationException e) {
      throw faults.causeOf(e);
    }
  }

  @Override
  public int rank() {
    return ranks.rank();
  }

  @Override
  public int worldSize() {
    return ranks.worldSize();
  }

  @Override
  public Duration timeout() {
    return ranks.timeout();
  }

  @Override
  public void allReduce(double[] buffer, int length, ReduceOp op, OpTag tag) {
    before(tag, (long) length * Double.BYTES);
    run(() -> ranks.allReduce(buffer, length, op, tag));
  }

  @Override
  public Work allReduceAsync(float[] buffer, int offset, int length, OpTag tag) {
    before(tag, (long) length * Float.BYTES);
    return new FaultyWork(ranks.allReduceAsync(buffer, offset, length, tag));
  }

  @Override
  public void allGather(double[] mine, double[] all, OpTag tag) {
    before(tag, (long) mine.length * Double.BYTES);
    run(() -> ranks.allGather(mine, all, tag));
  }

  @Override
  public void broadcast(float[] buffer, int offset, int length, int root, OpTag tag) {
    before(tag, (long) length * Float.BYTES);
    run(() -> ranks.broadcast(buffer, offset, length, root, tag));
  }

  @Override
  public Communicator subgroup(int size) {
    return new FaultyCommunicator(ranks.subgroup(size), faults);
  }

  @Override
  public void abort(String reason) {
    ranks.abort(reason);
  }

  @Override
  public Traffic traffic() {
    return ranks.traffic();
  }

  @Override
  public void close() {
    ranks.close();
  }

  private final class FaultyWork implements Work {
    private final Work work;

    FaultyWork(Work work) {
      this.work = work;
    }

    @Override
    public boolean isDone() {
      return work.isDone();
    }

    @Override
    public void await(Duration timeout) {
      run(() -> work.await(timeout));
    }
  }
}
