package org.lockstep.examples.bench;

import java.util.Arrays;
import org.lockstep.comm.Communicator;
import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;
import org.lockstep.train.Trainer;

/**
 * Times the steps of real training on all workers: load, forward, backward, exchange and update, as
 * rank 0 sees them. The first step after an evaluation is left out.
 *
 * @param config what is trained; its images and epochs are set by {@link #of}
 * @param warmup steps that are not counted
 * @param steps steps that are
 */
public record StepBenchmark(TrainConfig config, int warmup, int steps)
    implements WorkerTask<Void, StepTimes> {
  public StepBenchmark {
    if (warmup < 0 || steps < 1) {
      throw new IllegalArgumentException(
          "expected no negative warm-up and at least 1 step, found %d and %d"
              .formatted(warmup, steps));
    }
  }

  /**
   * Takes as few images and epochs as the steps need.
   *
   * @param available training images of the data set
   * @throws IllegalArgumentException if they make less than two steps, between which there is a
   *     time
   */
  public static StepBenchmark of(
      TrainConfig config, int workers, int available, int warmup, int steps) {
    long globalBatch = (long) config.batchPerWorker() * workers;
    if (available < 2 * globalBatch) {
      throw new IllegalArgumentException(
          "expected images for at least 2 steps of %d workers x %d images, found %d in %s; take a smaller batch"
              .formatted(workers, config.batchPerWorker(), available, config.data()));
    }
    int images = (int) Math.min(available, globalBatch * (warmup + steps + 1L));
    long timedPerEpoch = images / globalBatch - 1;
    int epochs = Math.toIntExact((warmup + steps + timedPerEpoch - 1) / timedPerEpoch);
    return new StepBenchmark(sized(config, images, epochs), warmup, steps);
  }

  private static TrainConfig sized(TrainConfig config, int limit, int epochs) {
    return new TrainConfig(
        config.model(),
        config.norm(),
        config.data(),
        config.dataDir(),
        limit,
        config.shards(),
        config.batchPerWorker(),
        epochs,
        config.seed(),
        config.learningRate(),
        config.momentum(),
        config.weightDecay(),
        config.nesterov(),
        config.schedule(),
        config.statistics(),
        0,
        config.precision(),
        config.augment());
  }

  @Override
  public StepTimes run(RankContext rank, Events<Void> events) {
    Communicator communicator = rank.communicator();
    Stopwatch stopwatch = new Stopwatch(warmup, steps);
    try (Trainer trainer = new Trainer(config, config.load(), communicator)) {
      trainer.fit(stopwatch);
    }
    return StepTimes.of(
        stopwatch.laps(),
        config.batchPerWorker() * communicator.worldSize(),
        stopwatch.grown(),
        Footprint.peakResidentMegabytes());
  }

  /** Takes the time between the ends of consecutive steps of an epoch. */
  private static final class Stopwatch implements TrainListener {
    private final int warmup;
    private final long[] nanos;
    private int laps;
    private long lastEnd;
    private Footprint before = Footprint.now();
    private Footprint after = before;

    Stopwatch(int warmup, int steps) {
      this.warmup = warmup;
      nanos = new long[warmup + steps];
    }

    @Override
    public void onStep(int epoch, int step, int stepsPerEpoch) {
      long end = System.nanoTime();
      if (laps < nanos.length && step > 1) {
        if (laps == warmup) {
          before = Footprint.now();
        }
        nanos[laps++] = end - lastEnd;
        if (laps == nanos.length) {
          after = Footprint.now();
        }
      }
      lastEnd = System.nanoTime();
    }

    Footprint grown() {
      return after.minus(before);
    }

    long[] laps() {
      if (laps <= warmup) {
        throw new IllegalStateException(
            "expected more than %d steps, found %d".formatted(warmup, laps));
      }
      return Arrays.copyOfRange(nanos, warmup, laps);
    }
  }
}
