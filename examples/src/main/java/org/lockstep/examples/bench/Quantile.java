package org.lockstep.examples.bench;

/** Quantiles of measured durations. */
final class Quantile {
  private Quantile() {}

  /**
   * The nearest rank: the smallest value that at least this fraction of all do not exceed.
   *
   * @param sorted ascending, at least one
   * @param fraction above 0, at most 1
   */
  static long of(long[] sorted, double fraction) {
    return sorted[(int) Math.ceil(fraction * sorted.length) - 1];
  }
}
