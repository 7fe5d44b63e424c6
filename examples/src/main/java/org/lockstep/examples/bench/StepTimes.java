package org.lockstep.examples.bench;

import java.util.Arrays;

/**
 * How long training steps took.
 *
 * @param stepMillisP50 median of a step, milliseconds
 * @param stepMillisP99 99 % of the steps took at most this, milliseconds
 * @param imagesPerSecond of all workers, over all measured steps
 * @param heapBytesPerStep garbage that rank 0 leaves on its heap, evaluations between the steps
 *     included
 * @param offHeapBytesPerStep by how much rank 0's memory outside the heap grows
 * @param peakResidentMegabytes the most memory that rank 0's process had, from its start; NaN where
 *     the system does not tell
 */
public record StepTimes(
    double stepMillisP50,
    double stepMillisP99,
    double imagesPerSecond,
    double heapBytesPerStep,
    double offHeapBytesPerStep,
    double peakResidentMegabytes) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Sums up single steps.
   *
   * @param nanos one duration a step, at least one
   * @param globalBatch images of all workers in a step
   * @param grown what the steps took
   * @param peakResidentMegabytes of the process
   */
  static StepTimes of(
      long[] nanos, int globalBatch, Footprint grown, double peakResidentMegabytes) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    double seconds = Arrays.stream(sorted).sum() / NANOS_PER_SECOND;
    return new StepTimes(
        Quantile.of(sorted, 0.5) / NANOS_PER_MILLI,
        Quantile.of(sorted, 0.99) / NANOS_PER_MILLI,
        globalBatch * (double) sorted.length / seconds,
        (double) grown.heapBytes() / sorted.length,
        (double) grown.offHeapBytes() / sorted.length,
        peakResidentMegabytes);
  }
}
