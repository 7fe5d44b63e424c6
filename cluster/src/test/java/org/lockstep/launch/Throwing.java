package org.lockstep.launch;

import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;

/** Fails on one rank while the others wait for it. */
record Throwing(int failing, String message) implements WorkerTask<String, String> {
  @Override
  public String run(RankContext rank, Events<String> events) {
    Communicator ranks = rank.communicator();
    if (ranks.rank() == failing) {
      throw new IllegalArgumentException(message);
    }
    ranks.barrier(new OpTag(0, "wait", Phase.CONTROL));
    return "";
  }
}
