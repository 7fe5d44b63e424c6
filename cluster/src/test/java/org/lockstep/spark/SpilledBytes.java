package org.lockstep.spark;

import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;

/** How much of a rank's samples is in a file. */
record SpilledBytes() implements WorkerTask<Void, Long> {
  @Override
  public Long run(RankContext rank, Events<Void> events) throws InterruptedException {
    return rank.kept(Shard.class).await().fileBytes();
  }
}
