package org.lockstep.collective;

import org.lockstep.comm.ReductionTree;
import org.lockstep.transport.Group;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Numbers;
import org.lockstep.transport.Operation;

/**
 * All-reduce of a long float vector around a ring (Patarasuk &amp; Yuan 2009, "Bandwidth optimal
 * all-reduce algorithms for clusters of workstations"). The vector is cut into p chunks. In the
 * first p - 1 steps each chunk goes once around, every rank adding its own numbers to what passes
 * (reduce-scatter); in the next p - 1 steps the sums go around (all-gather). 2·(p - 1)/p·n bytes
 * sent per rank, all of them to the right-hand neighbour.
 *
 * <p>Chunks travel in segments, and each segment goes on as soon as it was added, so the steps
 * overlap: a rank waits for p - 1 segments around the ring, not for p - 1 chunks.
 *
 * <p>A chunk is summed by each rank in turn, but only once, and then copied: all ranks hold the
 * same bits. Thread rule: the bandwidth lane's thread. Holds its scratch space between calls.
 */
final class Ring {
  /** Floats of a segment: 64 KiB. */
  static final int SEGMENT = 1 << 14;

  private float[] scratch = new float[0];

  void allReduce(Lane lane, Operation operation, float[] buffer, int offset, int length) {
    Group group = operation.group();
    int p = group.size();
    if (p == 1) {
      return;
    }
    Chunks chunks = new Chunks(offset, length, p);
    sendFirst(lane, operation, buffer, chunks);
    for (int step = 0; step < 2 * (p - 1); step++) {
      int chunk = Math.floorMod(group.rank() - 1 - step, p);
      boolean sums = step < p - 1;
      boolean last = step == 2 * (p - 1) - 1;
      int end = chunks.start(chunk) + chunks.size(chunk);
      int at = chunks.start(chunk);
      do {
        int size = Math.min(SEGMENT, end - at);
        receive(lane, operation, step, buffer, at, size, sums);
        if (!last) {
          lane.send(operation, group.after(1), step + 1, Numbers.of(buffer, at, size));
        }
        at += size;
      } while (at < end);
    }
  }

  private static void sendFirst(Lane lane, Operation operation, float[] buffer, Chunks chunks) {
    Group group = operation.group();
    int at = chunks.start(group.rank());
    int end = at + chunks.size(group.rank());
    do {
      int size = Math.min(SEGMENT, end - at);
      lane.send(operation, group.after(1), 0, Numbers.of(buffer, at, size));
      at += size;
    } while (at < end);
  }

  private void receive(
      Lane lane, Operation operation, int step, float[] buffer, int at, int size, boolean sums) {
    int left = operation.group().after(operation.group().size() - 1);
    if (!sums) {
      lane.receive(operation, left, step, Numbers.of(buffer, at, size));
      return;
    }
    if (scratch.length < size) {
      scratch = new float[SEGMENT];
    }
    lane.receive(operation, left, step, Numbers.of(scratch, 0, size));
    ReductionTree.add(buffer, at, scratch, 0, size);
  }
}
