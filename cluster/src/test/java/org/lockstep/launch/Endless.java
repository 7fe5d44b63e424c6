package org.lockstep.launch;

import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;

/**
 * Goes on until it is stopped: in collectives, or without any, deaf to interrupts too. Rank 0
 * reports "begun" once all have begun.
 */
public record Endless(boolean deaf) implements WorkerTask<String, String> {
  @Override
  public String run(RankContext rank, Events<String> events) {
    Communicator ranks = rank.communicator();
    ranks.barrier(new OpTag(0, "begin", Phase.CONTROL));
    events.report("begun");
    for (long step = 1; step > 0; step++) {
      if (!deaf) {
        ranks.barrier(new OpTag(step, "endless", Phase.CONTROL));
      }
    }
    return "";
  }
}
