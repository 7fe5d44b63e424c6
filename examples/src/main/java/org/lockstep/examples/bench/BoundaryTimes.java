package org.lockstep.examples.bench;

import java.util.Arrays;
import org.lockstep.launch.Cluster;

/**
 * What the boundary of an epoch costs beyond the work: the driver hears of the end of the steps,
 * orders the evaluation, hears of its end and orders the next steps. That is two orders and two
 * answers of all workers, timed on the driver with tasks that do nothing.
 *
 * @param workers the ranks
 * @param p50Millis the median
 * @param p99Millis the time that 99 of 100 did not exceed
 */
public record BoundaryTimes(int workers, double p50Millis, double p99Millis) {
  private static final int ORDERS = 2;

  /**
   * Measures.
   *
   * @param warmup boundaries that are not counted
   * @param boundaries boundaries that are, at least 1
   */
  public static BoundaryTimes of(Cluster cluster, int warmup, int boundaries) {
    long[] nanos = new long[warmup + boundaries];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      for (int order = 0; order < ORDERS; order++) {
        cluster.run(new Idle(), nothing -> {});
      }
      nanos[i] = System.nanoTime() - start;
    }
    long[] counted = Arrays.copyOfRange(nanos, warmup, nanos.length);
    Arrays.sort(counted);
    return new BoundaryTimes(
        cluster.size(), Quantile.of(counted, 0.5) / 1e6, Quantile.of(counted, 0.99) / 1e6);
  }
}
