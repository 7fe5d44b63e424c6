package org.lockstep.launch;

import org.lockstep.train.Trainer;

/** Compares the bits of all ranks, lets go of the trainer and returns the digest. */
record EndTraining() implements WorkerTask<Void, String> {
  @Override
  public String run(RankContext rank, Events<Void> events) {
    String digest = rank.kept(Trainer.class).digest();
    rank.drop(Trainer.class);
    return digest;
  }

  @Override
  public Class<Void> eventType() {
    return Void.class;
  }

  @Override
  public Class<String> resultType() {
    return String.class;
  }
}
