package org.lockstep.examples.cli;

import java.io.PrintWriter;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.TrainConfig;

/** One line an epoch. */
final class LineProgress implements Progress {
  private final TrainConfig run;
  private final PrintWriter err;

  LineProgress(TrainConfig run, PrintWriter err) {
    this.run = run;
    this.err = err;
  }

  @Override
  public void onEpoch(EpochMetrics metrics) {
    err.println(
        "%s  epoch %d/%d: %s"
            .formatted(
                Progress.name(run), metrics.epoch(), run.epochs(), Progress.figures(run, metrics)));
    err.flush();
  }

  @Override
  public void close() {}
}
