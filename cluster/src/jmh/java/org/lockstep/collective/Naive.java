package org.lockstep.collective;

import org.lockstep.transport.Group;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Numbers;
import org.lockstep.transport.Operation;

/**
 * The collectives as one would write them first: everything goes to rank 0, one vector after the
 * other, and the result comes back from there, whole. No tree, no ring, no segments.
 */
final class Naive {
  private static final int INWARD = 0;
  private static final int OUTWARD = 1;

  private Naive() {}

  static void allReduce(Lane lane, Operation operation, double[] buffer, double[] other) {
    Numbers mine = Numbers.of(buffer, 0, buffer.length);
    if (operation.group().rank() == 0) {
      for (int peer = 1; peer < operation.group().size(); peer++) {
        lane.receive(operation, peer, INWARD, Numbers.of(other, 0, other.length));
        for (int i = 0; i < buffer.length; i++) {
          buffer[i] += other[i];
        }
      }
    } else {
      lane.send(operation, 0, INWARD, mine);
    }
    copy(lane, operation, OUTWARD, mine, 0);
  }

  static void allReduce(Lane lane, Operation operation, float[] buffer, float[] other) {
    Numbers mine = Numbers.of(buffer, 0, buffer.length);
    if (operation.group().rank() == 0) {
      for (int peer = 1; peer < operation.group().size(); peer++) {
        lane.receive(operation, peer, INWARD, Numbers.of(other, 0, other.length));
        for (int i = 0; i < buffer.length; i++) {
          buffer[i] += other[i];
        }
      }
    } else {
      lane.send(operation, 0, INWARD, mine);
    }
    copy(lane, operation, OUTWARD, mine, 0);
  }

  static void allGather(Lane lane, Operation operation, double[] mine, double[] all) {
    Group group = operation.group();
    int n = mine.length;
    if (group.rank() == 0) {
      System.arraycopy(mine, 0, all, 0, n);
      for (int peer = 1; peer < group.size(); peer++) {
        lane.receive(operation, peer, INWARD, Numbers.of(all, peer * n, n));
      }
    } else {
      lane.send(operation, 0, INWARD, Numbers.of(mine, 0, n));
    }
    copy(lane, operation, OUTWARD, Numbers.of(all, 0, all.length), 0);
  }

  static void broadcast(Lane lane, Operation operation, float[] buffer, int root) {
    copy(lane, operation, root, Numbers.of(buffer, 0, buffer.length), root);
  }

  /** The root sends the whole vector to one rank after the other. */
  private static void copy(Lane lane, Operation operation, int part, Numbers numbers, int root) {
    Group group = operation.group();
    if (group.rank() != root) {
      lane.receive(operation, root, part, numbers);
      return;
    }
    for (int distance = 1; distance < group.size(); distance++) {
      lane.send(operation, group.after(distance), part, numbers);
    }
  }
}
