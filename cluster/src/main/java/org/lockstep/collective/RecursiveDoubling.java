package org.lockstep.collective;

import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.ReductionTree;
import org.lockstep.transport.Group;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Numbers;
import org.lockstep.transport.Operation;

/**
 * All-reduce of a short vector in log2 p rounds (Thakur, Rabenseifner &amp; Gropp 2005,
 * "Optimization of Collective Communication Operations in MPICH", section 4.1), along {@link
 * ReductionTree}: in each round the leaders of two blocks exchange n bytes and both merge low with
 * high. Where p is no power of two, the higher rank of each folded pair hands its vector to its
 * leader first and gets the result last.
 *
 * <p>Thread rule: the latency lane's thread. Holds its scratch space between calls.
 */
final class RecursiveDoubling {
  private static final int FOLD = 0;
  private static final int UNFOLD = 1;
  private static final int FIRST_ROUND = 2;

  private double[] scratch = new double[0];

  void allReduce(Lane lane, Operation operation, double[] buffer, int length, ReduceOp op) {
    if (scratch.length < length) {
      scratch = new double[length];
    }
    Group group = operation.group();
    Numbers mine = Numbers.of(buffer, 0, length);
    int folded = ReductionTree.foldedRanks(group.size());
    boolean leads = group.rank() >= folded || group.rank() % 2 == 0;
    if (!leads) {
      lane.send(operation, group.rank() - 1, FOLD, mine);
      lane.receive(operation, group.rank() - 1, UNFOLD, mine);
      return;
    }
    if (group.rank() < folded) {
      lane.receive(operation, group.rank() + 1, FOLD, Numbers.of(scratch, 0, length));
      op.reduce(buffer, scratch, length);
    }
    exchange(lane, operation, buffer, length, op);
    if (group.rank() < folded) {
      lane.send(operation, group.rank() + 1, UNFOLD, mine);
    }
  }

  private void exchange(Lane lane, Operation operation, double[] buffer, int length, ReduceOp op) {
    Group group = operation.group();
    int p = group.size();
    int pairs = ReductionTree.foldedRanks(p) / 2;
    int block = group.rank() < 2 * pairs ? group.rank() / 2 : group.rank() - pairs;
    int part = FIRST_ROUND;
    for (int distance = 1; distance < ReductionTree.blocks(p); distance *= 2) {
      int partner = ReductionTree.leader(block ^ distance, p);
      lane.send(operation, partner, part, Numbers.of(buffer, 0, length));
      lane.receive(operation, partner, part, Numbers.of(scratch, 0, length));
      if (partner > group.rank()) {
        op.reduce(buffer, scratch, length);
      } else {
        op.reduce(scratch, buffer, length);
        System.arraycopy(scratch, 0, buffer, 0, length);
      }
      part++;
    }
  }
}
