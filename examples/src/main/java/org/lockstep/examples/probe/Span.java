package org.lockstep.examples.probe;

import java.util.DoubleSummaryStatistics;
import java.util.stream.DoubleStream;
import org.lockstep.examples.report.Chart.Axis;

/** Gives charts that stand side by side one scale. */
final class Span {
  /** Room for marks beyond the least and the greatest value. */
  private static final double MARGIN = 1.2;

  private Span() {}

  /** A logarithmic axis with room for all finite positive values. */
  static Axis of(String title, DoubleStream values) {
    Axis axis = Axis.logarithmic(title);
    DoubleSummaryStatistics shown =
        values.filter(value -> value > 0 && Double.isFinite(value)).summaryStatistics();
    return shown.getCount() == 0
        ? axis
        : axis.between(shown.getMin() / MARGIN, shown.getMax() * MARGIN);
  }
}
