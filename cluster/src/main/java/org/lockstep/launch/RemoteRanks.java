package org.lockstep.launch;

import org.lockstep.train.EpochLoop;
import org.lockstep.train.EpochTotals;
import org.lockstep.train.Evaluation;
import org.lockstep.train.Stretch;
import org.lockstep.train.TrainListener;

/** The ranks of a cluster, all of which have begun to train. */
final class RemoteRanks implements EpochLoop.Ranks {
  private final Cluster cluster;
  private final int stepsPerEpoch;

  RemoteRanks(Cluster cluster, int stepsPerEpoch) {
    this.cluster = cluster;
    this.stepsPerEpoch = stepsPerEpoch;
  }

  @Override
  public EpochTotals train(Stretch stretch, TrainListener listener) {
    int epoch = stretch.epoch() + 1;
    return cluster
        .run(new TrainStretch(stretch), step -> listener.onStep(epoch, step, stepsPerEpoch))
        .get(0);
  }

  @Override
  public Evaluation evaluate() {
    return cluster.run(new EvaluateNow(), nothing -> {}).get(0);
  }

  @Override
  public String digest() {
    return cluster.run(new CompareBits(), nothing -> {}).get(0);
  }
}
