package org.lockstep.examples.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lockstep.examples.report.Format;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/**
 * Shows how a run goes on: a moving bar on a terminal, one line an epoch elsewhere. One run at a
 * time; not thread-safe.
 */
interface Progress extends TrainListener, AutoCloseable {
  /** The run is over, well or not. */
  @Override
  void close();

  /** Starts to show a run in the way that suits where the output goes. */
  static Progress of(TrainConfig run, boolean terminal, PrintWriter err) {
    return terminal ? new BarProgress(run) : new LineProgress(run, err);
  }

  /** What tells a run from the others of its comparison. */
  static String name(TrainConfig run) {
    return String.format(
        Locale.ROOT, "%-8s %-8s batch %d", run.norm(), run.shards(), run.batchPerWorker());
  }

  /** What an epoch yielded, for example {@code loss 0.412, accuracy 83.4 %, 1,520 images/s}. */
  static String figures(TrainConfig run, EpochMetrics metrics) {
    Double precise = metrics.testAccuracyPrecise();
    List<String> figures = new ArrayList<>();
    figures.add("loss " + Format.loss(metrics.trainLoss()));
    figures.add("accuracy " + Format.percent(metrics.testAccuracy()));
    if (precise != null && run.statistics() == Statistics.BOTH) {
      figures.add("precise " + Format.percent(precise));
    }
    figures.add(Format.count(metrics.imagesPerSecond()) + " images/s");
    return String.join(", ", figures);
  }
}
