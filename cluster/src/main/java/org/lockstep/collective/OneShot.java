package org.lockstep.collective;

import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.ReductionTree;
import org.lockstep.transport.Group;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Numbers;
import org.lockstep.transport.Operation;

/**
 * All-reduce of a short vector in one round: every rank sends its n bytes to all others and reduces
 * the p vectors itself, along {@link ReductionTree}. One message time, p - 1 messages and (p - 1)·n
 * bytes sent per rank.
 *
 * <p>Thread rule: the latency lane's thread. Holds its scratch space between calls.
 */
final class OneShot {
  private final double[][] byRank;
  private final double[][] scratch;

  OneShot(int ranks) {
    byRank = new double[ranks][];
    scratch = new double[ranks][0];
  }

  void allReduce(Lane lane, Operation operation, double[] buffer, int length, ReduceOp op) {
    Group group = operation.group();
    lane.sendToAll(operation, 0, Numbers.of(buffer, 0, length));
    byRank[group.rank()] = buffer;
    for (int distance = 1; distance < group.size(); distance++) {
      int peer = group.after(distance);
      byRank[peer] = space(peer, length);
      lane.receive(operation, peer, 0, Numbers.of(byRank[peer], 0, length));
    }
    double[] result = ReductionTree.reduce(byRank, length, op);
    if (result != buffer) {
      System.arraycopy(result, 0, buffer, 0, length);
    }
  }

  private double[] space(int peer, int length) {
    if (scratch[peer].length < length) {
      scratch[peer] = new double[length];
    }
    return scratch[peer];
  }
}
