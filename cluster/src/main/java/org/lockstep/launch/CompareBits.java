package org.lockstep.launch;

import org.lockstep.train.Trainer;

/** Holds all ranks to the same bits and returns their digest. */
record CompareBits() implements WorkerTask<Void, String> {
  @Override
  public String run(RankContext rank, Events<Void> events) {
    return rank.kept(Trainer.class).digest();
  }
}
