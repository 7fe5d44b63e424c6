package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.launch.LocalCluster;
import org.lockstep.launch.LocalClusterOptions;
import org.lockstep.launch.VerifyTask;
import org.lockstep.nn.Precision;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.verify.Deviations;
import org.lockstep.verify.GoldenCase;

/**
 * Runs cases on worker processes, which are kept for the next case of as many ranks. A case that
 * fails ends them, the next one gets new ones; logs are kept only then.
 */
final class ProcessCaseRunner implements CaseRunner {
  private final WorkerLogs logs;
  private @Nullable LocalCluster cluster;
  private boolean failed;

  ProcessCaseRunner() throws IOException {
    logs = WorkerLogs.of("verify");
  }

  @Override
  public List<Deviations> run(Path folder, GoldenCase golden, Precision precision) {
    VerifyTask task = new VerifyTask(folder.toAbsolutePath().toString(), precision);
    try {
      return cluster(golden.workers()).run(task, event -> {});
    } catch (ClusterException e) {
      failed = true;
      endWorkers();
      throw e;
    }
  }

  private LocalCluster cluster(int workers) {
    LocalCluster present = cluster;
    if (present != null && present.pids().size() == workers) {
      return present;
    }
    endWorkers();
    LocalCluster fresh = LocalCluster.start(LocalClusterOptions.of(workers, logs.directory()));
    cluster = fresh;
    return fresh;
  }

  private void endWorkers() {
    if (cluster != null) {
      cluster.close();
      cluster = null;
    }
  }

  @Override
  public void close() throws IOException {
    endWorkers();
    if (!failed) {
      logs.delete();
    }
  }
}
