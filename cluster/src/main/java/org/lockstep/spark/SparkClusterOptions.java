package org.lockstep.spark;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which Spark application runs the ranks.
 *
 * @param master Spark's master URL; null: what the application was submitted with
 * @param workers ranks, one barrier task each
 * @param timeout in which the slots must be there, all ranks have joined, and each collective be
 *     done
 * @param port of the coordinator on the driver; 0 takes a free one
 */
public record SparkClusterOptions(
    @Nullable String master, int workers, Duration timeout, int port) {
  public SparkClusterOptions {
    if (workers < 1) {
      throw new IllegalArgumentException("workers: expected at least 1, found " + workers);
    }
    if (timeout.toMillis() <= 0) {
      throw new IllegalArgumentException("timeout: expected more than 0 s, found " + timeout);
    }
  }
}
