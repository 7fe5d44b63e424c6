package org.lockstep.examples.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lockstep.launch.ResilientCluster;
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
    WorkerLogs logs = WorkerLogs.of("bench");
    List<R> results = new ArrayList<>();
    try (ResilientCluster cluster = workers.start(logs.directory())) {
      for (WorkerTask<?, R> task : tasks) {
        results.add(cluster.run(ranks -> ranks.run(task, event -> {})).get(0));
      }
    }
    logs.delete();
    return results;
  }
}
