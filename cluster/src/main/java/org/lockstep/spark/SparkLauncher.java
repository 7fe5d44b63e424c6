package org.lockstep.spark;

import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.Launcher;

/**
 * Starts ranks on one Spark application, a barrier stage for each run. Spark does not repeat a
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
  private int restarts;

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
   * Starts the application if there is none yet, and waits for its executors. The ranks join when a
   * run begins, or with the first task.
   *
   * @throws org.lockstep.rendezvous.ClusterException if there is no such master, or there are too
   *     few slots
   */
  @Override
  public Cluster start() {
    Application running = application;
    if (running == null) {
      running = given == null ? Application.start(options) : Application.join(given, options);
      application = running;
      return new StagePerRun(running, options.workers(), options.inAttempt(0), input, 0);
    }
    restarts++;
    int slots = running.awaitSlotsAgain(options);
    return new StagePerRun(running, slots, options.inAttempt(restarts), input, restarts);
  }

  @Override
  public void close() {
    if (application != null) {
      application.close();
      application = null;
    }
  }
}
