package org.lockstep.train;

import org.lockstep.comm.Traffic;

/** Two listeners that hear the same, in this order. */
record ListenerPair(TrainListener first, TrainListener second) implements TrainListener {
  @Override
  public void onStart(RunState start) {
    first.onStart(start);
    second.onStart(start);
  }

  @Override
  public void onStep(int epoch, int step, int stepsPerEpoch) {
    first.onStep(epoch, step, stepsPerEpoch);
    second.onStep(epoch, step, stepsPerEpoch);
  }

  @Override
  public void onStretch(int steps, long images, Traffic traffic) {
    first.onStretch(steps, images, traffic);
    second.onStretch(steps, images, traffic);
  }

  @Override
  public void onEpoch(EpochMetrics metrics) {
    first.onEpoch(metrics);
    second.onEpoch(metrics);
  }

  @Override
  public void onEnd(RunResult result) {
    first.onEnd(result);
    second.onEnd(result);
  }
}
