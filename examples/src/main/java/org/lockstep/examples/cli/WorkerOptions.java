package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lockstep.fault.FaultSpec;
import org.lockstep.launch.Launcher;
import org.lockstep.launch.LocalClusterOptions;
import org.lockstep.launch.LocalLauncher;
import org.lockstep.launch.ResilientCluster;
import org.lockstep.preflight.Finding;
import org.lockstep.preflight.MachineChecks;
import org.lockstep.spark.Doctor;
import org.lockstep.spark.SparkClusterOptions;
import org.lockstep.spark.SparkLauncher;
import org.lockstep.transport.Tls;
import org.lockstep.transport.TlsFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the worker processes run; decides no result but the world size. */
final class WorkerOptions {
  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes, one rank each (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Master of a Spark cluster; the workers are tasks there instead of processes here.")
  private @Nullable String master = System.getProperty("spark.master");

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

  @Mixin private TlsOptions tls = new TlsOptions();

  /**
   * @param workers the number when none is given
   */
  WorkerOptions(int workers) {
    this.workers = workers;
  }

  int workers() {
    return workers;
  }

  /** Whether the workers are processes on this machine. */
  boolean areHere() {
    return master == null;
  }

  /** {@code --master URL} behind a blank, as a command repeats it; empty for local processes. */
  String masterOption() {
    return master == null ? "" : RepeatCommand.option("master", master);
  }

  /**
   * @throws UsageException if a value is out of its range
   */
  void check() {
    checkTls(cluster(Path.of("")).tls());
    if (master != null && threads != 1) {
      throw new UsageException(
          "--threads: on Spark spark.task.cpus says with how many threads a worker computes, found "
              + threads
              + "; leave it out");
    }
  }

  private void checkTls(@Nullable TlsFiles files) {
    if (master != null && files != null) {
      throw new UsageException(
          "--tls-keystore: on Spark spark.ssl.lockstep.* says it; leave it out");
    }
    try {
      Tls.of(files);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--tls-keystore, --tls-truststore: " + e.getMessage());
    }
  }

  /**
   * Starts the workers; they are not started again when one is lost.
   *
   * @param logs where each local worker's log goes, and what the ranks did last where one failed
   * @throws UsageException if a value is out of its range
   */
  ResilientCluster start(Path logs) {
    return new ResilientCluster(
        launcher(logs, workers, List.of()), 0, warning -> {}, new CollectivesFile(logs));
  }

  /**
   * Starts the workers, and starts them again.
   *
   * @param logs where each local worker's log goes
   * @param warnings takes a sentence about each restart
   * @throws UsageException if a value is out of its range
   */
  ResilientCluster start(Path logs, RecoveryOptions recovery, Consumer<String> warnings) {
    Launcher launcher = launcher(logs, recovery.minWorkers(workers), recovery.faults());
    return new ResilientCluster(
        launcher, recovery.maxRestarts(), warnings, new CollectivesFile(logs));
  }

  private Launcher launcher(Path logs, int minWorkers, List<FaultSpec> faults) {
    return master == null
        ? new LocalLauncher(cluster(logs).withFaults(faults))
        : new SparkLauncher(spark(minWorkers, faults));
  }

  /** What speaks for and against starting the workers. */
  List<Finding> examine() {
    return master == null
        ? MachineChecks.of(cluster(Path.of("")))
        : Doctor.examine(spark(workers, List.of()));
  }

  private SparkClusterOptions spark(int minWorkers, List<FaultSpec> faults) {
    return new SparkClusterOptions(
        master, workers, minWorkers, Duration.ofSeconds(timeoutSeconds), port, faults);
  }

  /**
   * The workers as the launcher wants to know them.
   *
   * @param logs where each worker's log goes
   * @throws UsageException if a value is out of its range
   */
  private LocalClusterOptions cluster(Path logs) {
    try {
      return LocalClusterOptions.of(workers, logs)
          .withThreadsPerWorker(threads)
          .withPort(port)
          .withTimeout(Duration.ofSeconds(timeoutSeconds))
          .withTls(tls.files());
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }
}
