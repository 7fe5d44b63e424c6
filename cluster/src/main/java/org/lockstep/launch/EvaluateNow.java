package org.lockstep.launch;

import org.lockstep.train.Evaluation;
import org.lockstep.train.Trainer;

/** Classifies the test images with the network as it is. */
record EvaluateNow() implements WorkerTask<Void, Evaluation> {
  @Override
  public Evaluation run(RankContext rank, Events<Void> events) {
    return rank.kept(Trainer.class).evaluate();
  }
}
