package org.lockstep.examples.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.fault.FaultSpec;
import picocli.CommandLine.Option;

/** What happens to a run that loses a worker. */
final class RecoveryOptions {
  @Option(
      names = "--max-restarts",
      paramLabel = "N",
      description =
          "How often the workers are started again after one was lost; the run then goes on from its"
              + " last checkpoint, or from its start if it has none (default: ${DEFAULT-VALUE}).")
  private int maxRestarts = 3;

  @Option(
      names = "--min-workers",
      paramLabel = "N",
      description =
          "Workers that are enough for that where a Spark cluster has no more slots (default: as"
              + " many as --workers).")
  private @Nullable Integer minWorkers;

  @Option(
      names = "--fault",
      paramLabel = "FAULT",
      converter = FaultConverter.class,
      description =
          "For trials: makes a worker fail, as kill:rank=1,step=5,layer=norm1,phase=forward. Instead of"
              + " kill: stop, exit, throw, delay:200ms, or to its connections reset, blackhole,"
              + " corrupt, truncate, half-close, slice; at=middle of an all-reduce, at=checkpoint,"
              + " at=rendezvous; attempt=N after N restarts. May be given several times.")
  private List<FaultSpec> faults = List.of();

  List<FaultSpec> faults() {
    return faults;
  }

  int maxRestarts() {
    return maxRestarts;
  }

  /**
   * As many workers as asked for, from the first run to the last.
   *
   * @throws UsageException if fewer would be enough
   */
  void refuseFewer(int workers) {
    if (minWorkers(workers) < workers) {
      throw new UsageException(
          "--min-workers: expected none, since runs of other numbers of workers say nothing about"
              + " norms; leave it out");
    }
  }

  /**
   * Workers that are enough.
   *
   * @throws UsageException if a value is out of its range
   */
  int minWorkers(int workers) {
    if (maxRestarts < 0) {
      throw new UsageException("--max-restarts: expected 0 or more, found " + maxRestarts);
    }
    for (FaultSpec fault : faults) {
      if (fault.rank() >= workers) {
        throw new UsageException(
            "--fault: expected a rank of 0 to %d, found %s".formatted(workers - 1, fault));
      }
    }
    int enough = minWorkers == null ? workers : minWorkers;
    if (enough < 1 || enough > workers) {
      throw new UsageException(
          "--min-workers: expected 1 to %d, as many as --workers, found %d"
              .formatted(workers, enough));
    }
    return enough;
  }
}
