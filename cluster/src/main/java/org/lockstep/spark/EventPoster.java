package org.lockstep.spark;

import org.apache.spark.scheduler.LiveListenerBus;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/**
 * Posts what it hears of a run as {@link TrainingEvent}s.
 *
 * @param bus of the application
 * @param config what is run
 * @param job whose tasks are the ranks
 * @param restarts how often workers have been started again for the run
 */
record EventPoster(LiveListenerBus bus, TrainConfig config, int job, int restarts)
    implements TrainListener {
  @Override
  public void onStart(RunState start) {
    bus.post(TrainingEvent.Begun.of(job, restarts, start));
  }

  @Override
  public void onEpoch(EpochMetrics metrics) {
    bus.post(TrainingEvent.Epoch.of(job, config, metrics));
  }

  @Override
  public void onEnd(RunResult result) {
    bus.post(TrainingEvent.Ended.of(job, result));
  }
}
