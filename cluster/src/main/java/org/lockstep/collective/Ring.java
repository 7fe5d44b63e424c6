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

  /** Floats of its own chunk that a rank sends before it needs the left-hand neighbour's. */
  private static final int AHEAD = 2 * SEGMENT;

  private float[] scratch = new float[0];

  void allReduce(Lane lane, Operation operation, float[] buffer, int offset, int length) {
    Group group = operation.group();
    int p = group.size();
    if (p == 1) {
      return;
    }
    Chunks chunks = new Chunks(offset, length, p);
    int mine = chunks.start(group.rank());
    int myEnd = mine + chunks.size(group.rank());
    int sent = mine + sendSegment(lane, operation, 0, buffer, mine, myEnd);
    for (int step = 0; step < 2 * (p - 1); step++) {
      int chunk = Math.floorMod(group.rank() - 1 - step, p);
      boolean sums = step < p - 1;
      boolean last = step == 2 * (p - 1) - 1;
      int start = chunks.start(chunk);
      int end = start + chunks.size(chunk);
      int at = start;
      do {
        while (sent < myEnd && sent - mine < at - start + AHEAD) {
          sent += sendSegment(lane, operation, 0, buffer, sent, myEnd);
        }
        receive(lane, operation, step, buffer, at, Math.min(SEGMENT, end - at), sums);
        if (!last) {
          sendSegment(lane, operation, step + 1, buffer, at, end);
        }
        at += Math.min(SEGMENT, end - at);
      } while (at < end);
    }
  }

  /** Sends the segment that begins at {@code at} to the right; returns its length. */
  private static int sendSegment(
      Lane lane, Operation operation, int step, float[] buffer, int at, int end) {
    int size = Math.min(SEGMENT, end - at);
    lane.send(operation, operation.group().after(1), step, Numbers.of(buffer, at, size));
    return size;
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
