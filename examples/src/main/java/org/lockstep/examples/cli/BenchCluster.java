package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.lockstep.launch.LocalCluster;
import org.lockstep.launch.LocalClusterOptions;
import org.lockstep.launch.WorkerTask;

/** Worker processes for measurements: their logs are kept only where something failed. */
final class BenchCluster {
  private BenchCluster() {}

  /**
   * Runs the tasks one after the other on the same workers.
   *
   * @return rank 0's results
   */
  static <R> List<R> run(WorkerOptions workers, List<? extends WorkerTask<?, R>> tasks)
      throws IOException {
    Path logs = Files.createTempDirectory("lockstep-bench");
    LocalClusterOptions options = workers.cluster(logs);
    List<R> results = new ArrayList<>();
    try (LocalCluster cluster = LocalCluster.start(options)) {
      for (WorkerTask<?, R> task : tasks) {
        results.add(cluster.run(task, event -> {}).get(0));
      }
    }
    delete(logs);
    return results;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
