package org.lockstep.train;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The epochs of a run: plans stretch after stretch of steps (which samples, which learning rates),
 * has the ranks make them, and decides when they evaluate, save and stop. A driver runs it for
 * ranks elsewhere; without a driver every rank runs it for itself, and all come to the same plan.
 *
 * <p>Thread rule: one thread.
 */
public final class EpochLoop {
  private final Ranks ranks;
  private final Saver saver;
  private final TrainListener listener;

  /** All ranks of the run, or this one among them. */
  public interface Ranks {
    /** Makes the steps of a plan; {@code listener} hears of them. */
    EpochTotals train(Stretch stretch, TrainListener listener);

    Evaluation evaluate();

    /** SHA-256 of all parameters and buffers, hexadecimal, the same on all ranks. */
    String digest();
  }

  /** Keeps a run's state. */
  public interface Saver {
    /** Keeps nothing. */
    Saver NONE =
        new Saver() {
          @Override
          public int everySteps() {
            return 0;
          }

          @Override
          public void save(RunState state) {}
        };

    /** Steps from one saving to the next; 0: at the end of every epoch. */
    int everySteps();

    /** Keeps the state of all ranks, who wait for it; {@code state} says how far they are. */
    void save(RunState state);
  }

  /**
   * @param ranks who make the steps
   * @param saver is told where the next stretch begins, and the end of the run in any case
   * @param listener hears of the start, of every epoch, and of the end
   */
  public EpochLoop(Ranks ranks, Saver saver, TrainListener listener) {
    this.ranks = ranks;
    this.saver = saver;
    this.listener = listener;
  }

  /**
   * Goes on until the run is over.
   *
   * @param start where the ranks are
   */
  public RunResult run(RunState start) {
    listener.onStart(start);
    RunState at = start;
    while (!at.over()) {
      Stretch stretch = plan(at);
      at = at.after(stretch, ranks.train(stretch, listener));
      if (at.stepInEpoch() == at.stepsPerEpoch()) {
        EpochMetrics metrics = at.totals().metrics(at.epoch() + 1, ranks.evaluate());
        at = at.afterEpoch(metrics);
        listener.onEpoch(metrics);
      }
      if (isDue(at) || at.over()) {
        saver.save(at);
      }
    }
    RunResult result = new RunResult(at.config(), at.workers(), at.epochs(), ranks.digest());
    listener.onEnd(result);
    return result;
  }

  /** Up to the end of the epoch, or the next saving. */
  private Stretch plan(RunState at) {
    int steps = at.stepsPerEpoch();
    int every = saver.everySteps();
    int first = at.stepInEpoch();
    int end = every == 0 ? steps : (int) Math.min(steps, first + every - at.step() % every);
    TrainConfig config = at.config();
    List<Double> rates =
        IntStream.range(first, end)
            .mapToObj(i -> config.learningRateAt(at.epoch() + (double) i / steps))
            .toList();
    return new Stretch(at.epoch(), first, rates);
  }

  private boolean isDue(RunState at) {
    int every = saver.everySteps();
    return every == 0 ? at.stepInEpoch() == 0 : at.step() % every == 0;
  }
}
