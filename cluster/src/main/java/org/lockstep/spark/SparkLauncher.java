package org.lockstep.spark;

import org.apache.spark.api.java.JavaSparkContext;
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
  private final RankInput<?> input;
  private final @Nullable JavaSparkContext given;
  private @Nullable Application application;

  /** Ranks on an application of their own, which ends with this. */
  public SparkLauncher(SparkClusterOptions options) {
    this(options, RankInput.none(), null);
  }

  /**
   * Ranks on an application that stays.
   *
   * @param input what they start with
   * @param given null: none is there yet
   */
  SparkLauncher(SparkClusterOptions options, RankInput<?> input, @Nullable JavaSparkContext given) {
    this.options = options;
    this.input = input;
    this.given = given;
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
      running = given == null ? Application.start(options) : Application.join(given, options);
      application = running;
      return SparkCluster.start(running, options.workers(), options, input);
    }
    return SparkCluster.start(running, running.awaitSlotsAgain(options), options, input);
  }

  @Override
  public void close() {
    if (application != null) {
      application.close();
      application = null;
    }
  }
}
