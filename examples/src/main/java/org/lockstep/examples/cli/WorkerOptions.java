package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.lockstep.launch.LocalClusterOptions;
import picocli.CommandLine.Option;

/** How the worker processes run; decides no result but the world size. */
final class WorkerOptions {
  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes, one rank each (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads a worker computes with (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the coordinator; 0: any that is free (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "How long a worker waits for another before the run fails (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 60;

  /**
   * @param workers the number when none is given
   */
  WorkerOptions(int workers) {
    this.workers = workers;
  }

  int workers() {
    return workers;
  }

  /**
   * @throws UsageException if a value is out of its range
   */
  void check() {
    cluster(Path.of(""));
  }

  /**
   * The workers as the launcher wants to know them.
   *
   * @param logs where each worker's log goes
   * @throws UsageException if a value is out of its range
   */
  LocalClusterOptions cluster(Path logs) {
    try {
      return LocalClusterOptions.of(workers, logs)
          .withThreadsPerWorker(threads)
          .withPort(port)
          .withTimeout(Duration.ofSeconds(timeoutSeconds));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }
}
