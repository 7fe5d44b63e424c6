package org.lockstep.examples.bench;

/**
 * How long an all-reduce of one size took. Stands in what {@code bench allreduce --json} writes;
 * other programs read it, so the names are fixed.
 *
 * @param workers the ranks
 * @param floats the numbers of the vector
 * @param p50Micros the median
 * @param p99Micros the time that 99 of 100 did not exceed
 * @param busMegabytesPerSecond 2·(p - 1)/p times the vector's bytes, which every rank must at least
 *     send, over the median time; the figure to compare with the speed of the wire
 */
public record AllReduceResult(
    int workers, int floats, double p50Micros, double p99Micros, double busMegabytesPerSecond) {
  /**
   * Sums up one size.
   *
   * @param sortedNanos at least one time, ascending
   */
  static AllReduceResult of(int workers, int floats, long bytes, long[] sortedNanos) {
    double p50 = Quantile.of(sortedNanos, 0.5) / 1e3;
    double p99 = Quantile.of(sortedNanos, 0.99) / 1e3;
    double busBytes = 2.0 * (workers - 1) / workers * bytes;
    return new AllReduceResult(workers, floats, p50, p99, busBytes / p50);
  }
}
