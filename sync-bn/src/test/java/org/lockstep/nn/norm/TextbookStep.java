package org.lockstep.nn.norm;

import java.util.Arrays;
import org.lockstep.nn.norm.Textbook.Statistics;

/**
 * A batch, the gradient of its output and what the {@link Textbook} makes of them.
 *
 * @param fixed whether the statistics are given and not the batch's own
 */
record TextbookStep(RowBatch x, RowBatch dy, Textbook book, Statistics statistics, boolean fixed) {
  private static final double KINK = 1e-4;

  /** A step in which dy is 0 where rounding decides whether a ReLU is open. */
  static TextbookStep of(
      RowBatch x, RowBatch dy, Textbook book, Statistics statistics, boolean fixed) {
    double[] linear = book.linear(book.xhat(x.values(), statistics));
    double[] values = dy.values().clone();
    Arrays.setAll(values, i -> Math.abs(linear[i]) < KINK ? 0 : values[i]);
    return new TextbookStep(x, dy.withValues(values), book, statistics, fixed);
  }

  double[] y() {
    return book.y(x.values(), statistics);
  }

  Textbook.Gradients gradients() {
    return book.gradients(x.values(), dy.values(), statistics, fixed);
  }
}
