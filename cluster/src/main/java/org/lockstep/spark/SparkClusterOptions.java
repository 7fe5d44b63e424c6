package org.lockstep.spark;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.fault.FaultSpec;

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
 * @param faults that strike the ranks, for trials
 */
public record SparkClusterOptions(
    @Nullable String master,
    int workers,
    int minWorkers,
    Duration timeout,
    int port,
    List<FaultSpec> faults) {
  public SparkClusterOptions {
    faults = List.copyOf(faults);
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

  /** Without faults. */
  public SparkClusterOptions(
      @Nullable String master, int workers, int minWorkers, Duration timeout, int port) {
    this(master, workers, minWorkers, timeout, port, List.of());
  }

  /** The same with the faults of one attempt only. */
  SparkClusterOptions inAttempt(int attempt) {
    List<FaultSpec> now = FaultSpec.ofAttempt(faults, attempt);
    return new SparkClusterOptions(master, workers, minWorkers, timeout, port, now);
  }
}
