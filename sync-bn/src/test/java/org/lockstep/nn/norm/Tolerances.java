package org.lockstep.nn.norm;

import java.util.Arrays;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.Textbook.Statistics;

/**
 * How far rounding may take a step's results from the exact ones: a few units of the precision,
 * times the largest of the terms that are added. In bf16 everything is computed in float32 from
 * inputs that are exact, so that statistics and sums are as accurate as in float32; y and dx are
 * rounded once more.
 */
final class Tolerances {
  /** Float32 sums up to 16 values in one accumulator, float64 all of them. */
  private static final double UNITS_FLOAT32 = 16;

  private static final double UNITS_FLOAT64 = 64;

  /** Half the distance from 1 to the next bf16 number. */
  private static final double HALF_ULP_BF16 = 0x1p-8;

  private final double unit;
  private final double outputUnit;
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
        precision == Precision.FLOAT64
            ? UNITS_FLOAT64 * Math.ulp(0.5)
            : UNITS_FLOAT32 * Math.ulp(0.5f);
    // The mean is a double in either precision; its own rounding shifts all of xhat.
    unit = rounding + UNITS_FLOAT64 * Math.ulp(0.5) * mean * steepest;
    outputUnit = unit + (precision == Precision.BF16 ? HALF_ULP_BF16 : 0);
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).map(Math::abs).max().orElse(0);
  }

  double y() {
    return outputUnit * (gamma * (1 + xhat) + beta);
  }

  double dx() {
    return outputUnit * gamma * steepest * dy * (1 + xhat) * (1 + xhat);
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
