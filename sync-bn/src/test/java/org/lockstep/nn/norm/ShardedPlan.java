package org.lockstep.nn.norm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.lockstep.nn.norm.Textbook.Statistics;

/**
 * The batches of a {@link ShardedCase}, its training steps and one in evaluation, and what the
 * {@link Textbook} makes of them.
 */
final class ShardedPlan {
  private final ShardedCase shardedCase;
  private final Random random;
  private final List<TextbookStep> steps = new ArrayList<>();

  /** Per step, what each group has for each channel: the running mean and variance after it. */
  private final List<Statistics> running = new ArrayList<>();

  ShardedPlan(ShardedCase shardedCase) {
    this.shardedCase = shardedCase;
    random = new Random(shardedCase.seed());
    int sets = shardedCase.groups() * shardedCase.channels();
    Statistics latest = new Statistics(new double[sets], new double[sets], new double[sets]);
    Arrays.fill(latest.variance(), 1);
    for (int step = 0; step < shardedCase.steps(); step++) {
      Textbook book = shardedCase.textbook(step, shardedCase.groupSize());
      RowBatch x = shardedCase.batch(random, shardedCase.mean(), step);
      Statistics own = book.statistics(x.values());
      add(x, step, book, own, false);
      latest = next(latest, own);
      running.add(latest);
    }
    addEvaluation(latest);
  }

  private void addEvaluation(Statistics latest) {
    int last = shardedCase.steps() - 1;
    RowBatch x = shardedCase.batch(random, shardedCase.mean(), last);
    if (shardedCase.config().trackRunningStatistics()) {
      Textbook book = shardedCase.textbook(last, shardedCase.groupSize());
      double[] any = new double[book.sets()];
      Arrays.fill(any, 1);
      add(x, last, book, new Statistics(any, latest.mean(), latest.variance()), true);
    } else {
      Textbook book = shardedCase.textbook(last, 1);
      add(x, last, book, book.statistics(x.values()), false);
    }
  }

  private void add(RowBatch x, int step, Textbook book, Statistics statistics, boolean fixed) {
    RowBatch dy = shardedCase.batch(random, 0.2, step);
    steps.add(TextbookStep.of(x, dy, book, statistics, fixed));
  }

  /** running = (1 - momentum) · running + momentum · batch; the count is that of the batches. */
  private Statistics next(Statistics from, Statistics batch) {
    int sets = from.mean().length;
    Statistics to =
        new Statistics(from.count().clone(), from.mean().clone(), from.variance().clone());
    for (int set = 0; set < sets; set++) {
      double n = batch.count()[set];
      if (n > 0) {
        to.count()[set]++;
        Double momentum = shardedCase.config().momentum();
        double weight = momentum == null ? 1 / to.count()[set] : momentum;
        double unbiased = batch.variance()[set] * n / (n - 1);
        to.mean()[set] += weight * (batch.mean()[set] - from.mean()[set]);
        to.variance()[set] += weight * (unbiased - from.variance()[set]);
      }
    }
    return to;
  }

  /** The training steps in order, then the evaluation. */
  List<TextbookStep> steps() {
    return steps;
  }

  TextbookStep step(int step) {
    return steps.get(step);
  }

  /** The running statistics of all groups after a training step. */
  Statistics running(int step) {
    return running.get(step);
  }

  ShardedCase shardedCase() {
    return shardedCase;
  }
}
