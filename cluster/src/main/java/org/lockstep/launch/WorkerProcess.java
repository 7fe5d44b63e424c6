package org.lockstep.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.rendezvous.MemberOptions;

/**
 * One worker's JVM.
 *
 * @param rank its rank
 * @param process the JVM
 * @param log takes its standard output and error
 */
record WorkerProcess(int rank, Process process, Path log) {
  /** The JDK reports a death by signal n as exit code 128 + n, as shells do. */
  private static final int SIGNALLED = 128;

  static WorkerProcess start(LocalClusterOptions options, MemberOptions member) {
    int rank = member.rank();
    Path log = options.logDirectory().resolve("rank-" + rank + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(WorkerCommand.of(options, rank))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    WorkerEnvironment.write(member, builder.environment());
    WorkerEnvironment.write(options.faults(), builder.environment());
    WorkerEnvironment.write(options.tls(), builder.environment());
    builder.environment().put("OMP_NUM_THREADS", String.valueOf(options.threadsPerWorker()));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new WorkerProcess(rank, process, log);
    } catch (IOException e) {
      throw new ClusterException(
          "cannot start worker %d of %d: %s".formatted(rank, options.workers(), e.getMessage()), e);
    }
  }

  /** "was killed by signal 9", "exited with code 1"; of a process that has ended. */
  String ending() {
    int code = process.exitValue();
    return code > SIGNALLED
        ? "was killed by signal " + (code - SIGNALLED)
        : "exited with code " + code;
  }

  /** Waits until the process has ended, but not beyond {@code deadline}. */
  boolean awaitExit(long deadline) throws InterruptedException {
    return process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
  }
}
