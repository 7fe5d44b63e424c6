package org.lockstep.examples.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.TrainConfig;

/** A bar over all steps of a run, with the figures of the last epoch behind it. */
final class BarProgress implements Progress {
  private static final int MILLIS_BETWEEN_UPDATES = 200;

  private final TrainConfig run;
  private final ProgressBar bar;

  BarProgress(TrainConfig run) {
    this.run = run;
    bar =
        new ProgressBarBuilder()
            .setTaskName(Progress.name(run))
            .setInitialMax(run.epochs())
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(MILLIS_BETWEEN_UPDATES)
            .build();
  }

  @Override
  public void onStep(int epoch, int step, int stepsPerEpoch) {
    bar.maxHint((long) stepsPerEpoch * run.epochs());
    bar.stepTo((long) stepsPerEpoch * (epoch - 1) + step);
  }

  @Override
  public void onEpoch(EpochMetrics metrics) {
    bar.stepTo(bar.getMax() / run.epochs() * metrics.epoch());
    bar.setExtraMessage(Progress.figures(run, metrics));
  }

  @Override
  public void close() {
    bar.close();
  }
}
