package org.lockstep.examples.bench;

import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;

/** Does nothing: what is left of its time is what an order to all workers costs. */
public record Idle() implements WorkerTask<Void, Integer> {
  /** Returns the rank. */
  @Override
  public Integer run(RankContext rank, Events<Void> events) {
    return rank.communicator().rank();
  }
}
