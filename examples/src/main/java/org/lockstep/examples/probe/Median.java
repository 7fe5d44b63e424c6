package org.lockstep.examples.probe;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The middle of the finite values among many.
 *
 * @param value NaN if none is finite
 * @param missing how many were not finite
 */
record Median(double value, long missing) {
  static <T> Median of(List<T> things, ToDoubleFunction<T> figure) {
    double[] finite =
        things.stream().mapToDouble(figure).filter(Double::isFinite).sorted().toArray();
    int n = finite.length;
    double middle = n == 0 ? Double.NaN : (finite[(n - 1) / 2] + finite[n / 2]) / 2;
    return new Median(middle, things.size() - n);
  }

  /** To three digits. */
  static String digits(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3g", value) : "not finite";
  }

  @Override
  public String toString() {
    return digits(value) + (missing == 0 ? "" : " (" + missing + " not finite)");
  }
}
