package org.lockstep.nn;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/** Differences of functions, for gradients, and between what is found and what is expected. */
public final class Differences {
  private Differences() {}

  /**
   * The gradient of {@code function} with respect to {@code at}, in double by central differences
   * of width {@code 2 step}; every element has its old value afterwards.
   */
  public static double[] gradient(DoubleSupplier function, Elements at, double step) {
    double[] gradient = new double[at.size()];
    double[] value = new double[1];
    for (int i = 0; i < gradient.length; i++) {
      at.get(i, value, 1);
      double middle = value[0];
      for (double sign : new double[] {1, -1}) {
        value[0] = middle + sign * step;
        at.put(i, value, 1);
        gradient[i] += sign * function.getAsDouble() / (2 * step);
      }
      value[0] = middle;
      at.put(i, value, 1);
    }
    return gradient;
  }

  /** The largest distance between elements of the same place, NaN if there is one. */
  public static double largest(double[] found, double[] expected) {
    if (found.length != expected.length) {
      throw new IllegalArgumentException(
          "expected " + expected.length + " elements, found " + found.length);
    }
    return IntStream.range(0, expected.length)
        .mapToDouble(i -> Math.abs(found[i] - expected[i]))
        .max()
        .orElse(0);
  }

  /** {@link #largest}, in units of the largest magnitude of {@code expected}. */
  public static double largestRelative(double[] found, double[] expected) {
    double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double difference = largest(found, expected);
    return difference == 0 ? 0 : difference / scale;
  }

  /** |found - expected| / |expected|, of vectors; 0 where the two are the same. */
  public static double relativeLength(double[] found, double[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (found[i] - expected[i]) * (found[i] - expected[i]);
      length += expected[i] * expected[i];
    }
    return difference == 0 ? 0 : Math.sqrt(difference / length);
  }
}
