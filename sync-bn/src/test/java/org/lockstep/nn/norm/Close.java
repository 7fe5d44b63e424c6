package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares long arrays within a tolerance; AssertJ describes a failure in quadratic time. */
final class Close {
  private Close() {}

  /** Fails at the first element that is further from what is expected, or not a number. */
  static void assertClose(double[] actual, double[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            ("element " + i + " of " + actual.length)
                + (": expected " + expected[i] + " within " + tolerance + ", found " + actual[i]));
      }
    }
  }
}
