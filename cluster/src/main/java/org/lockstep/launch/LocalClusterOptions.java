package org.lockstep.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lockstep.fault.FaultSpec;
import org.lockstep.rendezvous.CoordinatorOptions;
import org.lockstep.transport.TlsFiles;

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
 * @param tls what secures the connections; null: nothing, they are on the loopback interface
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
    List<FaultSpec> faults,
    @Nullable TlsFiles tls) {
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
        List.of(),
        null);
  }

  public LocalClusterOptions withThreadsPerWorker(int threads) {
    return with(draft -> draft.threadsPerWorker = threads);
  }

  public LocalClusterOptions withLogDirectory(Path directory) {
    return with(draft -> draft.logDirectory = directory);
  }

  public LocalClusterOptions withTimeout(Duration time) {
    return with(draft -> draft.timeout = time);
  }

  public LocalClusterOptions withSilence(Duration time) {
    return with(draft -> draft.silence = time);
  }

  public LocalClusterOptions withPort(int number) {
    return with(draft -> draft.port = number);
  }

  public LocalClusterOptions withHeap(String size) {
    return with(draft -> draft.heap = size);
  }

  public LocalClusterOptions withJvmFlags(List<String> flags) {
    return with(draft -> draft.jvmFlags = flags);
  }

  /** Strike once the workers are started. */
  public LocalClusterOptions withFaults(List<FaultSpec> specs) {
    return with(draft -> draft.faults = specs);
  }

  public LocalClusterOptions withTls(@Nullable TlsFiles files) {
    return with(draft -> draft.tls = files);
  }

  private LocalClusterOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new LocalClusterOptions(
        workers,
        draft.threadsPerWorker,
        draft.logDirectory,
        draft.timeout,
        draft.silence,
        draft.port,
        draft.heap,
        draft.jvmFlags,
        classPath,
        draft.faults,
        draft.tls);
  }

  /** What can be changed, while it is. */
  private static final class Draft {
    private int threadsPerWorker;
    private Path logDirectory;
    private Duration timeout;
    private Duration silence;
    private int port;
    private String heap;
    private List<String> jvmFlags;
    private List<FaultSpec> faults;
    private @Nullable TlsFiles tls;

    Draft(LocalClusterOptions options) {
      threadsPerWorker = options.threadsPerWorker;
      logDirectory = options.logDirectory;
      timeout = options.timeout;
      silence = options.silence;
      port = options.port;
      heap = options.heap;
      jvmFlags = options.jvmFlags;
      faults = options.faults;
      tls = options.tls;
    }
  }

  private static void require(boolean holds, String option, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(option + ": expected " + expected + ", found " + found);
    }
  }
}
