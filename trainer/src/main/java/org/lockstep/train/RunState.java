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
 * @param stepInEpoch updates done in the epoch under way
 * @param step updates done since the start of the run
 * @param totals of the epoch under way
 * @param epochs what the epochs done have yielded
 */
public record RunState(
    TrainConfig config,
    int workers,
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
  public static RunState start(TrainConfig config, int workers) {
    return new RunState(config, workers, 0, 0, EpochTotals.NONE, List.of());
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
        stepInEpoch + stretch.steps(),
        step + stretch.steps(),
        totals.plus(more),
        epochs);
  }

  /** At the start of the next epoch. */
  RunState afterEpoch(EpochMetrics metrics) {
    List<EpochMetrics> done = new ArrayList<>(epochs);
    done.add(metrics);
    return new RunState(config, workers, 0, step, EpochTotals.NONE, done);
  }

  /**
   * Where a run of {@code wanted} on so many workers goes on. With another number of workers every
   * step takes other images, so the epoch under way starts again.
   *
   * @throws IllegalArgumentException if {@code wanted} is another run; see {@link
   *     TrainConfig#difference}
   */
  public RunState resumedBy(TrainConfig wanted, int newWorkers) {
    String difference = config.difference(wanted);
    if (difference != null) {
      throw new IllegalArgumentException(
          "cannot resume the run of " + this + " with another " + difference);
    }
    boolean same = newWorkers == workers;
    return new RunState(
        wanted, newWorkers, same ? stepInEpoch : 0, step, same ? totals : EpochTotals.NONE, epochs);
  }

  /** Whether the run has all its epochs, or has run out of patience. */
  public boolean over() {
    return epoch() >= config.epochs()
        || (config.patience() > 0 && epochsSinceBest() >= config.patience());
  }

  /** Epochs done since the one with the lowest test loss. */
  private int epochsSinceBest() {
    EpochMetrics best = null;
    for (EpochMetrics metrics : epochs) {
      if (best == null || metrics.testLoss() < best.testLoss()) {
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
