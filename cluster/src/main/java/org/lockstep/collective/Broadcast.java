package org.lockstep.collective;

import org.lockstep.transport.Group;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Numbers;
import org.lockstep.transport.Operation;

/**
 * Copies the root's vector to all ranks along a binomial tree: in round i the 2^i ranks that hold
 * it send it on. log2 p rounds; segments overlap them.
 */
final class Broadcast {
  private static final int SEGMENT = 1 << 14;

  private Broadcast() {}

  static void run(
      Lane lane, Operation operation, float[] buffer, int offset, int length, int root) {
    int at = 0;
    do {
      int size = Math.min(SEGMENT, length - at);
      pass(lane, operation, Numbers.of(buffer, offset + at, size), root);
      at += size;
    } while (at < length);
  }

  private static void pass(Lane lane, Operation operation, Numbers segment, int root) {
    Group group = operation.group();
    int p = group.size();
    int place = Math.floorMod(group.rank() - root, p);
    int reach = place == 0 ? Integer.highestOneBit(Math.max(1, p - 1)) * 2 : place & -place;
    if (place != 0) {
      lane.receive(operation, (place - reach + root) % p, 0, segment);
    }
    for (int distance = reach / 2; distance > 0; distance /= 2) {
      if (place + distance < p) {
        lane.send(operation, (place + distance + root) % p, 0, segment);
      }
    }
  }
}
