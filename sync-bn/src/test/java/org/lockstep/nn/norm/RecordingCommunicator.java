package org.lockstep.nn.norm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;
import org.lockstep.comm.Work;

/** Passes collectives on and writes down which. */
final class RecordingCommunicator implements Communicator {
  private final Communicator group;
  private final List<String> calls = new ArrayList<>();

  RecordingCommunicator(Communicator group) {
    this.group = group;
  }

  /** The collectives so far, for example {@code SUM of 4 for bn1 backward of step 0}. */
  List<String> calls() {
    return calls;
  }

  @Override
  public int rank() {
    return group.rank();
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
    calls.add(op + " of " + length + " for " + tag);
    group.allReduce(buffer, length, op, tag);
  }

  @Override
  public Work allReduceAsync(float[] buffer, int offset, int length, OpTag tag) {
    calls.add("async sum of " + length + " for " + tag);
    return group.allReduceAsync(buffer, offset, length, tag);
  }

  @Override
  public void allGather(double[] mine, double[] all, OpTag tag) {
    calls.add("gather of " + mine.length + " for " + tag);
    group.allGather(mine, all, tag);
  }

  @Override
  public void broadcast(float[] buffer, int offset, int length, int root, OpTag tag) {
    calls.add("broadcast of " + length + " for " + tag);
    group.broadcast(buffer, offset, length, root, tag);
  }

  @Override
  public Communicator subgroup(int size) {
    return group.subgroup(size);
  }

  @Override
  public void abort(String reason) {
    group.abort(reason);
  }

  @Override
  public Traffic traffic() {
    return group.traffic();
  }

  @Override
  public void close() {
    group.close();
  }
}
