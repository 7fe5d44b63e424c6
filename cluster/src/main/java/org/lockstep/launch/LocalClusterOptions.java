package org.lockstep.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.lockstep.fault.FaultSpec;
import org.lockstep.rendezvous.CoordinatorOptions;

/**
 * How many worker processes are started on this machine, and how.
 *
 * @param workers one JVM each, at least 1
 * @param threadsPerWorker for the native kernels (OMP_NUM_THREADS)
 * @param logDirectory takes {@code rank-0.log}, …; made if it is not there
 * @param timeout in which a worker must have joined, and each collective must be done
 * @param silence after which a worker that is not heard counts as dead
 * @param port of the coordinator, on the loopback interface; 0 takes a free one
 * @param heap each worker's largest heap, as {@code -Xmx} takes it
 * @param jvmFlags given to each worker besides those that Lockstep gives; they win
 * @param classPath what the workers find their classes on
 * @param faults that strike the workers, for trials
 */
public record LocalClusterOptions(
    int workers,
    int threadsPerWorker,
    Path logDirectory,
    Duration timeout,
    Duration silence,
    int port,
    String heap,
    List<String> jvmFlags,
    String classPath,
    List<FaultSpec> faults) {
  private static final int MAX_PORT = 65_535;

  public LocalClusterOptions {
    jvmFlags = List.copyOf(jvmFlags);
    faults = List.copyOf(faults);
    require(workers >= 1, "workers", "at least 1", workers);
    require(threadsPerWorker >= 1, "threads per worker", "at least 1", threadsPerWorker);
    require(timeout.toMillis() > 0, "timeout", "more than 0 s", timeout);
    require(silence.toMillis() > 0, "heartbeat bound", "more than 0 s", silence);
    require(port >= 0 && port <= MAX_PORT, "port", "0 (any free one) to " + MAX_PORT, port);
    require(heap.matches("[1-9]\\d*[kKmMgG]"), "heap", "a size such as 512m", heap);
  }

  /** One thread a worker, 60 s of patience, the class path of this JVM. */
  public static LocalClusterOptions of(int workers, Path logDirectory) {
    return new LocalClusterOptions(
        workers,
        1,
        logDirectory,
        Duration.ofSeconds(60),
        CoordinatorOptions.DEFAULT_SILENCE,
        0,
        "512m",
        List.of(),
        System.getProperty("java.class.path", ""),
        List.of());
  }

  public LocalClusterOptions withThreadsPerWorker(int threads) {
    return new LocalClusterOptions(
        workers, threads, logDirectory, timeout, silence, port, heap, jvmFlags, classPath, faults);
  }

  public LocalClusterOptions withLogDirectory(Path directory) {
    return new LocalClusterOptions(
        workers,
        threadsPerWorker,
        directory,
        timeout,
        silence,
        port,
        heap,
        jvmFlags,
        classPath,
        faults);
  }

  public LocalClusterOptions withTimeout(Duration time) {
    return new LocalClusterOptions(
        workers,
        threadsPerWorker,
        logDirectory,
        time,
        silence,
        port,
        heap,
        jvmFlags,
        classPath,
        faults);
  }

  public LocalClusterOptions withSilence(Duration time) {
    return new LocalClusterOptions(
        workers,
        threadsPerWorker,
        logDirectory,
        timeout,
        time,
        port,
        heap,
        jvmFlags,
        classPath,
        faults);
  }

  public LocalClusterOptions withPort(int number) {
    return new LocalClusterOptions(
        workers,
        threadsPerWorker,
        logDirectory,
        timeout,
        silence,
        number,
        heap,
        jvmFlags,
        classPath,
        faults);
  }

  public LocalClusterOptions withHeap(String size) {
    return new LocalClusterOptions(
        workers,
        threadsPerWorker,
        logDirectory,
        timeout,
        silence,
        port,
        size,
        jvmFlags,
        classPath,
        faults);
  }

  public LocalClusterOptions withJvmFlags(List<String> flags) {
    return new LocalClusterOptions(
        workers,
        threadsPerWorker,
        logDirectory,
        timeout,
        silence,
        port,
        heap,
        flags,
        classPath,
        faults);
  }

  /** Strike once the workers are started. */
  public LocalClusterOptions withFaults(List<FaultSpec> specs) {
    return new LocalClusterOptions(
        workers,
        threadsPerWorker,
        logDirectory,
        timeout,
        silence,
        port,
        heap,
        jvmFlags,
        classPath,
        specs);
  }

  private static void require(boolean holds, String option, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(option + ": expected " + expected + ", found " + found);
    }
  }
}
