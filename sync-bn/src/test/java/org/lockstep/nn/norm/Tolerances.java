package org.lockstep.nn.norm;

import java.util.Arrays;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.Textbook.Statistics;

/**
 * How far rounding may take a step's results from the exact ones: a few units of the precision,
 * times the largest of the terms that are added.
 */
final class Tolerances {
  /** Float32 sums up to 16 values in one accumulator, float64 all of them. */
  private static final double UNITS_FLOAT32 = 16;

  private static final double UNITS_FLOAT64 = 64;

  private final double unit;
  private final double count;
  private final double gamma;
  private final double beta;
  private final double xhat;
  private final double dy;
  private final double steepest;
  private final double variance;
  private final double mean;

  Tolerances(TextbookStep step, Precision precision) {
    Statistics statistics = step.statistics();
    Textbook book = step.book();
    count = step.x().values().length / (double) book.gamma().length;
    gamma = largest(book.gamma());
    beta = largest(book.beta());
    xhat = largest(book.xhat(step.x().values(), statistics));
    dy = largest(step.dy().values());
    variance = largest(statistics.variance());
    mean = largest(statistics.mean());
    steepest =
        Arrays.stream(statistics.variance())
            .filter(v -> !Double.isNaN(v))
            .map(v -> 1 / Math.sqrt(v + book.eps()))
            .max()
            .orElse(1);
    double rounding =
        precision == Precision.FLOAT32
            ? UNITS_FLOAT32 * Math.ulp(0.5f)
            : UNITS_FLOAT64 * Math.ulp(0.5);
    // The mean is a double in either precision; its own rounding shifts all of xhat.
    unit = rounding + UNITS_FLOAT64 * Math.ulp(0.5) * mean * steepest;
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).map(Math::abs).max().orElse(0);
  }

  double y() {
    return unit * (gamma * (1 + xhat) + beta);
  }

  double dx() {
    return unit * gamma * steepest * dy * (1 + xhat) * (1 + xhat);
  }

  double dGamma() {
    return unit * count * dy * (1 + xhat);
  }

  double dBeta() {
    return unit * count * dy;
  }

  double mean() {
    return unit * Math.sqrt(variance) + UNITS_FLOAT64 * Math.ulp(mean);
  }

  double variance() {
    return unit * (1 + variance);
  }
}
