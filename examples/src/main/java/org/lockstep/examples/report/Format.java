package org.lockstep.examples.report;

import java.util.Locale;

/** How figures are written in tables, reports and progress lines. */
public final class Format {
  private Format() {}

  /** A fraction as {@code 83.4 %}. */
  public static String percent(double fraction) {
    return finite(fraction, "%.1f %%", 100);
  }

  /** The difference of two fractions as {@code 34.5}; without a sign. */
  static String points(double difference) {
    return finite(Math.abs(difference), "%.1f", 100);
  }

  /** The difference of two fractions as {@code +0.4} or {@code −32.1}. */
  static String signedPoints(double difference) {
    String points = points(difference);
    if (points.equals("0.0")) {
      return "±0.0";
    }
    return (difference < 0 ? "−" : "+") + points;
  }

  /** A mean loss; {@code diverged} where it is no number. */
  public static String loss(double loss) {
    return finite(loss, "%.3f", 1);
  }

  /** A distance in standard deviations as {@code 0.042 σ}. */
  public static String deviations(double shift) {
    return finite(shift, "%.3f σ", 1);
  }

  /** A power of two as {@code ×1.042}. */
  public static String factor(double log2) {
    return finite(Math.pow(2, log2), "×%.3f", 1);
  }

  public static String count(double number) {
    return finite(number, "%,.0f", 1);
  }

  public static String oneDecimal(double number) {
    return finite(number, "%,.1f", 1);
  }

  private static String finite(double number, String pattern, double scale) {
    return Double.isFinite(number)
        ? String.format(Locale.ROOT, pattern, number * scale)
        : "diverged";
  }
}
