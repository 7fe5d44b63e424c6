package org.lockstep.examples.watch;

import java.time.Duration;
import java.util.function.Consumer;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** Makes events of what it hears of one run. Not thread-safe. */
final class RunListener implements TrainListener {
  private static final long NANOS_BETWEEN_STEPS = Duration.ofSeconds(5).toNanos();

  private final TrainConfig config;
  private final String run;
  private final Consumer<RunEvent> events;
  private int stepsPerEpoch;
  private long stepsAtEpochsStart;
  private long lastStep;

  RunListener(TrainConfig config, Consumer<RunEvent> events) {
    this.config = config;
    this.run = RunName.of(config);
    this.events = events;
  }

  @Override
  public void onStart(RunState start) {
    stepsPerEpoch = start.stepsPerEpoch();
    stepsAtEpochsStart = start.step() - start.stepInEpoch();
    lastStep = System.nanoTime();
    events.accept(
        new RunEvent.Started(
            run,
            System.currentTimeMillis(),
            config.model(),
            config.data(),
            config.norm(),
            config.shards().toString(),
            config.batchPerWorker(),
            start.workers(),
            config.epochs(),
            config.seed(),
            config.statistics().toString(),
            stepsPerEpoch,
            start.step(),
            start.epochs().stream().map(this::figures).toList()));
  }

  @Override
  public void onStep(int epoch, int step, int stepsPerEpoch) {
    long now = System.nanoTime();
    if (now - lastStep >= NANOS_BETWEEN_STEPS) {
      lastStep = now;
      events.accept(new RunEvent.Stepped(run, System.currentTimeMillis(), epoch, step));
    }
  }

  @Override
  public void onEpoch(EpochMetrics metrics) {
    stepsAtEpochsStart += stepsPerEpoch;
    events.accept(
        new RunEvent.Measured(
            run, System.currentTimeMillis(), stepsAtEpochsStart, figures(metrics)));
  }

  @Override
  public void onEnd(RunResult result) {
    events.accept(new RunEvent.Ended(run, System.currentTimeMillis()));
  }

  private EpochFigures figures(EpochMetrics metrics) {
    return EpochFigures.of(config, stepsPerEpoch, metrics);
  }
}
