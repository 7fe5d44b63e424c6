package org.lockstep.spark;

import org.jspecify.annotations.Nullable;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.Launcher;

/**
 * Starts ranks on one Spark application, barrier stage after barrier stage. Spark does not repeat a
 * barrier stage whose task was lost; who trains goes on with another, on the executors that are
 * there then.
 *
 * <p>Thread rule: one thread.
 */
public final class SparkLauncher implements Launcher {
  private final SparkClusterOptions options;
  private @Nullable Application application;

  public SparkLauncher(SparkClusterOptions options) {
    this.options = options;
  }

  /**
   * Starts the application if there is none yet, waits for its executors, and has all ranks join.
   *
   * @throws org.lockstep.rendezvous.ClusterException if there is no such master, there are too few
   *     slots, or a rank does not come in time
   */
  @Override
  public Cluster start() {
    Application running = application;
    if (running == null) {
      running = Application.start(options);
      application = running;
      return SparkCluster.start(running, options.workers(), options);
    }
    return SparkCluster.start(running, running.awaitSlotsAgain(options), options);
  }

  @Override
  public void close() {
    if (application != null) {
      application.close();
      application = null;
    }
  }
}
