package org.lockstep.spark;

import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;

/**
 * Waits until each rank has read its samples, however long one of them takes; reports how many they
 * are. No collective may be under way meanwhile, since these end at a timeout.
 */
record ReadSamples() implements WorkerTask<Void, Integer> {
  @Override
  public Integer run(RankContext rank, Events<Void> events) throws InterruptedException {
    return rank.kept(Shard.class).await().size();
  }
}
