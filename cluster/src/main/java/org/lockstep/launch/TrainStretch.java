package org.lockstep.launch;

import java.time.Duration;
import org.lockstep.trace.TraceFile;
import org.lockstep.train.EpochTotals;
import org.lockstep.train.Stretch;
import org.lockstep.train.TrainListener;
import org.lockstep.train.Trainer;

/**
 * Makes the steps that the driver has planned. Reports how many of the epoch are done, no faster
 * than they can be shown, and tells all to a listener that the rank may have.
 */
record TrainStretch(Stretch stretch) implements WorkerTask<Integer, EpochTotals> {
  private static final long NANOS_BETWEEN_REPORTS = Duration.ofMillis(100).toNanos();

  @Override
  public EpochTotals run(RankContext rank, Events<Integer> events) {
    TrainListener here = rank.find(TrainListener.class).orElse(TrainListener.SILENT);
    TrainListener trace =
        rank.find(TraceFile.class).map(TraceFile::steps).orElse(TrainListener.SILENT);
    return rank.kept(Trainer.class).train(stretch, new Reporter(events).and(here).and(trace));
  }

  private static final class Reporter implements TrainListener {
    private final Events<Integer> events;
    private long lastReport = System.nanoTime() - NANOS_BETWEEN_REPORTS;

    Reporter(Events<Integer> events) {
      this.events = events;
    }

    @Override
    public void onStep(int epoch, int step, int stepsPerEpoch) {
      long now = System.nanoTime();
      if (now - lastReport >= NANOS_BETWEEN_REPORTS) {
        lastReport = now;
        events.report(step);
      }
    }
  }
}
