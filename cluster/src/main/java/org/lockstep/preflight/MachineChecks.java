package org.lockstep.preflight;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.lockstep.launch.LocalClusterOptions;

/** The checks for worker processes on this machine. */
public final class MachineChecks {
  private MachineChecks() {}

  public static List<Finding> of(LocalClusterOptions options) {
    JvmFacts here = JvmFacts.here();
    return List.of(
        Finding.ok("Java", here.java() + " on " + here.platform()),
        Libraries.load().finding("this machine", "JAVA_TOOL_OPTIONS"),
        cores(here, options.workers(), options.threadsPerWorker()),
        memory(here, options.workers(), Pointer.parseBytes(options.heap(), 0) >> 20),
        loopback(options.port()));
  }

  static Finding cores(JvmFacts here, int workers, int threads) {
    String found = "%d workers x %d threads, %d cores".formatted(workers, threads, here.cores());
    if (workers * threads <= here.cores()) {
      return Finding.ok("cores", found);
    }
    String value =
        workers <= here.cores()
            ? "--threads " + here.cores() / workers
            : "--workers " + here.cores() + " --threads 1, or accept the time it takes";
    return Finding.warning(
        "cores",
        found,
        "--workers, --threads: expected at most %d threads in all, one for each core, found %d; give %s"
            .formatted(here.cores(), workers * threads, value));
  }

  /**
   * @param heapMb the largest heap of a worker; as much again is counted for what is off-heap
   */
  static Finding memory(JvmFacts here, int workers, long heapMb) {
    long worker = 2 * heapMb;
    String found = "%dm of %dm".formatted(workers * worker, here.machineMb());
    if (workers * worker <= here.machineMb()) {
      return Finding.ok("memory", found);
    }
    return Finding.warning(
        "memory",
        found,
        "--workers: expected at most %dm, this machine's memory, found up to %dm for %d workers (a heap of %dm and as much off-heap each); give --workers %d"
            .formatted(
                here.machineMb(),
                workers * worker,
                workers,
                heapMb,
                Math.max(1, here.machineMb() / worker)));
  }

  static Finding loopback(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket server = Reach.listen(new InetSocketAddress(loopback, port))) {
      String failure = Reach.failure((InetSocketAddress) server.getLocalSocketAddress());
      return failure.isEmpty()
          ? Finding.ok("loopback", loopback.getHostAddress())
          : Finding.problem(
              "loopback",
              failure,
              "no connection to %s comes about: %s; let processes here reach each other there"
                  .formatted(server.getLocalSocketAddress(), failure));
    } catch (IOException e) {
      return Finding.problem(
          "loopback",
          String.valueOf(e.getMessage()),
          "--port: cannot listen on %s port %d: %s; give --port 0 for any free one"
              .formatted(loopback.getHostAddress(), port, e.getMessage()));
    }
  }
}
