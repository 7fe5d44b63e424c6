package org.lockstep.collective;

import org.lockstep.transport.Group;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Numbers;
import org.lockstep.transport.Operation;

/** Every rank sends its vector to all others: one round, (p - 1)·n bytes sent per rank. */
final class AllGather {
  private AllGather() {}

  static void run(Lane lane, Operation operation, double[] mine, double[] all) {
    Group group = operation.group();
    int n = mine.length;
    lane.sendToAll(operation, 0, Numbers.of(mine, 0, n));
    System.arraycopy(mine, 0, all, group.rank() * n, n);
    for (int distance = 1; distance < group.size(); distance++) {
      int peer = group.after(distance);
      lane.receive(operation, peer, 0, Numbers.of(all, peer * n, n));
    }
  }
}
