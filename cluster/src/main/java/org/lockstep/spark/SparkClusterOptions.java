package org.lockstep.spark;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which Spark application runs the ranks.
 *
 * @param master Spark's master URL; null: what the application was submitted with
 * @param workers ranks, one barrier task each
 * @param minWorkers ranks that are enough when workers are started again and there are no slots for
 *     all
 * @param timeout in which the slots must be there, all ranks have joined, and each collective be
 *     done
 * @param port of the coordinator on the driver; 0 takes a free one
 */
public record SparkClusterOptions(
    @Nullable String master, int workers, int minWorkers, Duration timeout, int port) {
  public SparkClusterOptions {
    if (workers < 1) {
      throw new IllegalArgumentException("workers: expected at least 1, found " + workers);
    }
    if (minWorkers < 1 || minWorkers > workers) {
      throw new IllegalArgumentException(
          "min-workers: expected 1 to %d, found %d".formatted(workers, minWorkers));
    }
    if (timeout.toMillis() <= 0) {
      throw new IllegalArgumentException("timeout: expected more than 0 s, found " + timeout);
    }
  }
}
