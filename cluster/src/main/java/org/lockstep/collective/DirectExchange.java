package org.lockstep.collective;

import org.lockstep.comm.ReductionTree;
import org.lockstep.transport.Group;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Numbers;
import org.lockstep.transport.Operation;

/**
 * All-reduce of a float vector in two rounds: rank r gets chunk r of all others, sums the p chunks
 * along {@link ReductionTree}, and sends the sum to all. 2(p - 1) messages and 2·(p - 1)/p·n bytes
 * sent per rank, the least there can be, with two waits where the {@link Ring} has 2(p - 1).
 *
 * <p>Thread rule: the bandwidth lane's thread. Holds its scratch space between calls.
 */
final class DirectExchange {
  private static final int SCATTER = 0;
  private static final int GATHER = 1;

  private final float[][] byRank;
  private final float[][] scratch;
  private final int[] offsets;

  DirectExchange(int ranks) {
    byRank = new float[ranks][];
    scratch = new float[ranks][0];
    offsets = new int[ranks];
  }

  void allReduce(Lane lane, Operation operation, float[] buffer, int offset, int length) {
    Group group = operation.group();
    Chunks chunks = new Chunks(offset, length, group.size());
    for (int distance = 1; distance < group.size(); distance++) {
      int peer = group.after(distance);
      lane.send(operation, peer, SCATTER, chunk(buffer, chunks, peer));
    }
    sumOwnChunk(lane, operation, buffer, chunks);
    lane.sendToAll(operation, GATHER, chunk(buffer, chunks, group.rank()));
    for (int distance = 1; distance < group.size(); distance++) {
      int peer = group.after(distance);
      lane.receive(operation, peer, GATHER, chunk(buffer, chunks, peer));
    }
  }

  private static Numbers chunk(float[] buffer, Chunks chunks, int i) {
    return Numbers.of(buffer, chunks.start(i), chunks.size(i));
  }

  private void sumOwnChunk(Lane lane, Operation operation, float[] buffer, Chunks chunks) {
    Group group = operation.group();
    int start = chunks.start(group.rank());
    int size = chunks.size(group.rank());
    byRank[group.rank()] = buffer;
    offsets[group.rank()] = start;
    for (int distance = 1; distance < group.size(); distance++) {
      int peer = group.after(distance);
      byRank[peer] = space(peer, size);
      lane.receive(operation, peer, SCATTER, Numbers.of(byRank[peer], 0, size));
    }
    float[] sum = ReductionTree.sum(byRank, offsets, size);
    if (sum != buffer) {
      System.arraycopy(sum, 0, buffer, start, size);
    }
  }

  private float[] space(int peer, int length) {
    if (scratch[peer].length < length) {
      scratch[peer] = new float[length];
    }
    return scratch[peer];
  }
}
