package org.lockstep.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.RunState;
import org.lockstep.comm.Communicator;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;
import org.lockstep.train.Trainer;

/**
 * One training run on all workers.
 *
 * @param config what is run
 * @param checkpointDir where rank 0 writes a checkpoint at the end; null for none
 */
public record TrainTask(TrainConfig config, @Nullable String checkpointDir)
    implements WorkerTask<TrainProgress, RunResult> {
  /** Steps are far more frequent than anybody can read. */
  private static final long NANOS_BETWEEN_REPORTS = Duration.ofMillis(100).toNanos();

  @Override
  public RunResult run(Communicator communicator, Events<TrainProgress> events) throws IOException {
    String dir = config.dataDir();
    Dataset dataset =
        Datasets.load(config.data(), dir == null ? null : Path.of(dir), config.limit());
    try (Trainer trainer = new Trainer(config, dataset, communicator)) {
      RunResult result = trainer.fit(new Reporter(events));
      if (checkpointDir != null && communicator.rank() == 0) {
        RunState state =
            new RunState(config, communicator.worldSize(), config.epochs(), trainer.step());
        Checkpoint.of(state, trainer.network(), trainer.optimizer()).write(Path.of(checkpointDir));
      }
      return result;
    }
  }

  @Override
  public Class<TrainProgress> eventType() {
    return TrainProgress.class;
  }

  @Override
  public Class<RunResult> resultType() {
    return RunResult.class;
  }

  /** Passes on every epoch, and steps no faster than they can be shown. */
  private static final class Reporter implements TrainListener {
    private final Events<TrainProgress> events;
    private long lastReport = System.nanoTime() - NANOS_BETWEEN_REPORTS;
    private int stepsPerEpoch;

    Reporter(Events<TrainProgress> events) {
      this.events = events;
    }

    @Override
    public void onStep(int epoch, int step, int stepsPerEpoch) {
      this.stepsPerEpoch = stepsPerEpoch;
      long now = System.nanoTime();
      if (now - lastReport >= NANOS_BETWEEN_REPORTS) {
        lastReport = now;
        events.report(new TrainProgress(epoch, step, stepsPerEpoch, null));
      }
    }

    @Override
    public void onEpoch(EpochMetrics metrics) {
      events.report(new TrainProgress(metrics.epoch(), stepsPerEpoch, stepsPerEpoch, metrics));
    }
  }
}
