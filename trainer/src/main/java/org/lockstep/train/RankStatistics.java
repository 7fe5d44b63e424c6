package org.lockstep.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.models.Network;
import org.lockstep.nn.norm.NormSpec;

/**
 * The running statistics of a network where the ranks do not share them: with local or grouped BN
 * every rank (group) tracks its own while it trains.
 */
final class RankStatistics {
  private final Network network;
  private final Communicator world;
  private final boolean shared;

  RankStatistics(Network network, NormSpec norm, Communicator world) {
    this.network = network;
    this.world = world;
    shared = norm.statisticsAreGlobal(world.worldSize());
  }

  /** Gives all ranks the mean of theirs. */
  @Collective
  void average(long step) {
    if (shared) {
      return;
    }
    double[] packed = packed();
    world.allReduce(packed, packed.length, ReduceOp.SUM, tag(step));
    int next = 0;
    for (double[] values : network.buffers().values()) {
      for (int i = 0; i < values.length; i++) {
        values[i] = packed[next++] / world.worldSize();
      }
    }
  }

  /**
   * Those of every rank, by buffer, {@code [worldSize, size]} in rank order; empty where all ranks
   * hold the same.
   */
  @Collective
  Map<String, double[]> gather(long step) {
    Map<String, double[]> gathered = new LinkedHashMap<>();
    if (shared) {
      return gathered;
    }
    double[] mine = packed();
    double[] all = new double[mine.length * world.worldSize()];
    world.allGather(mine, all, tag(step));
    int from = 0;
    for (Map.Entry<String, double[]> buffer : network.buffers().entrySet()) {
      int size = buffer.getValue().length;
      double[] ofRanks = new double[size * world.worldSize()];
      for (int rank = 0; rank < world.worldSize(); rank++) {
        System.arraycopy(all, rank * mine.length + from, ofRanks, rank * size, size);
      }
      gathered.put(buffer.getKey(), ofRanks);
      from += size;
    }
    return gathered;
  }

  private double[] packed() {
    return network.buffers().values().stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static OpTag tag(long step) {
    return new OpTag(step, "running statistics", Phase.STATISTICS);
  }
}
