package org.lockstep.examples.bench;

import java.util.Arrays;

/**
 * How long training steps took.
 *
 * @param stepMillisP50 median of a step, milliseconds
 * @param stepMillisP99 99 % of the steps took at most this, milliseconds
 * @param imagesPerSecond of all workers, over all measured steps
 */
public record StepTimes(double stepMillisP50, double stepMillisP99, double imagesPerSecond) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Sums up single steps.
   *
   * @param nanos one duration a step, at least one
   * @param globalBatch images of all workers in a step
   */
  static StepTimes of(long[] nanos, int globalBatch) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    double seconds = Arrays.stream(sorted).sum() / NANOS_PER_SECOND;
    return new StepTimes(
        Quantile.of(sorted, 0.5) / NANOS_PER_MILLI,
        Quantile.of(sorted, 0.99) / NANOS_PER_MILLI,
        globalBatch * (double) sorted.length / seconds);
  }
}
