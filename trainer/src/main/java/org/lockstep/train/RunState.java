package org.lockstep.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Which run it is and how far it went; with the seed in its configuration this fixes the images
 * that come next.
 *
 * @param config what is run
 * @param workers the world size
 * @param stepsPerEpoch the same in every epoch of so many workers
 * @param stepInEpoch updates done in the epoch under way
 * @param step updates done since the start of the run
 * @param totals of the epoch under way
 * @param epochs what the epochs done have yielded
 */
public record RunState(
    TrainConfig config,
    int workers,
    int stepsPerEpoch,
    int stepInEpoch,
    long step,
    EpochTotals totals,
    List<EpochMetrics> epochs) {
  public RunState {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(totals, "totals");
    epochs = List.copyOf(epochs);
    if (workers < 1 || stepInEpoch < 0 || step < stepInEpoch) {
      throw new IllegalArgumentException(
          "expected at least 1 worker and no negative step, found %d workers, step %d, step %d of its epoch"
              .formatted(workers, step, stepInEpoch));
    }
  }

  /** Before the first step. */
  public static RunState start(TrainConfig config, int workers, int stepsPerEpoch) {
    return new RunState(config, workers, stepsPerEpoch, 0, 0, EpochTotals.NONE, List.of());
  }

  /** Epochs done. */
  public int epoch() {
    return epochs.size();
  }

  /** After steps of the epoch under way. */
  RunState after(Stretch stretch, EpochTotals more) {
    return new RunState(
        config,
        workers,
        stepsPerEpoch,
        stepInEpoch + stretch.steps(),
        step + stretch.steps(),
        totals.plus(more),
        epochs);
  }

  /** At the start of the next epoch. */
  RunState afterEpoch(EpochMetrics metrics) {
    List<EpochMetrics> done = new ArrayList<>(epochs);
    done.add(metrics);
    return new RunState(config, workers, stepsPerEpoch, 0, step, EpochTotals.NONE, done);
  }

  /**
   * Where a run that would start as {@code start} goes on. With another number of workers every
   * step takes other images, so the epoch under way starts again.
   *
   * @throws IllegalArgumentException if that is another run; see {@link TrainConfig#difference}
   */
  public RunState resumedBy(RunState start) {
    String difference = config.difference(start.config);
    if (difference != null) {
      throw new IllegalArgumentException(
          "cannot resume the run of " + this + " with another " + difference);
    }
    boolean same = start.workers == workers;
    if (same && start.stepsPerEpoch != stepsPerEpoch) {
      throw new IllegalArgumentException(
          "cannot resume the run of %s on other data: expected %d steps an epoch, found %d"
              .formatted(this, stepsPerEpoch, start.stepsPerEpoch));
    }
    return new RunState(
        start.config,
        start.workers,
        start.stepsPerEpoch,
        same ? stepInEpoch : 0,
        step,
        same ? totals : EpochTotals.NONE,
        epochs);
  }

  /** Whether the run has all its epochs, or has run out of patience. */
  public boolean over() {
    return epoch() >= config.epochs()
        || (config.patience() > 0 && epochsSinceBest() >= config.patience());
  }

  /** Epochs done since the one with the lowest test loss; none is higher than NaN. */
  private int epochsSinceBest() {
    EpochMetrics best = null;
    for (EpochMetrics metrics : epochs) {
      if (best == null || Double.compare(metrics.testLoss(), best.testLoss()) < 0) {
        best = metrics;
      }
    }
    return best == null ? 0 : epoch() - best.epoch();
  }

  @Override
  public String toString() {
    return "model " + config.model() + " with norm " + config.norm() + " after step " + step;
  }
}
