package org.lockstep.spark;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.lockstep.rendezvous.ClusterException;

/** The Spark application that ranks run in, checked before a barrier stage is asked of it. */
final class Application implements AutoCloseable {
  private static final String TASK_CPUS = "spark.task.cpus";
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final JavaSparkContext context;

  private Application(JavaSparkContext context) {
    this.context = context;
  }

  /**
   * Starts the application.
   *
   * @throws ClusterException if the master does not answer or the configuration cannot run barrier
   *     stages
   */
  static Application start(SparkClusterOptions options) {
    return new Application(context(configuration(options)));
  }

  private static SparkConf configuration(SparkClusterOptions options) {
    SparkConf conf = new SparkConf().setIfMissing("spark.app.name", "Lockstep");
    if (options.master() != null) {
      conf.setMaster(options.master());
    }
    if (!conf.contains("spark.master")) {
      throw new ClusterException(
          "expected Spark's master, found none; give --master, or submit with spark-submit");
    }
    if (conf.getBoolean(DYNAMIC, false)) {
      throw new ClusterException(
          DYNAMIC
              + ": expected false, found true; Spark runs barrier stages on a fixed number of"
              + " executors only");
    }
    // After a loss Spark may count slots that are gone, and look again only after this long.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    return conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", conf.get(TASK_CPUS, "1"));
  }

  private static JavaSparkContext context(SparkConf conf) {
    try {
      return new JavaSparkContext(conf);
    } catch (RuntimeException e) {
      throw new ClusterException(
          "cannot start a Spark application on " + conf.get("spark.master") + ": " + e.getMessage(),
          e);
    }
  }

  /**
   * Waits for executors.
   *
   * @param wanted slots that are waited for
   * @param enough slots that will do when the time is over
   * @return slots that are there, at most {@code wanted}
   * @throws ClusterException if there are not enough
   */
  int awaitSlots(int wanted, int enough, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    int slots = slots();
    while (slots < wanted) {
      if (System.nanoTime() > deadline || context.sc().isStopped()) {
        if (slots >= enough) {
          return slots;
        }
        throw new ClusterException(
            "expected a slot on %s for each of %d workers within %s s, found %d; add executors or cores, or take --workers %d"
                .formatted(
                    context.master(), enough, timeout.toMillis() / 1e3, slots, Math.max(1, slots)));
      }
      pause();
      slots = slots();
    }
    return wanted;
  }

  /** Tasks that can run at once on the executors that are there by now. */
  private int slots() {
    SparkContext spark = context.sc();
    return spark.isStopped()
        ? 0
        : spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for Spark's executors", e);
    }
  }

  JavaSparkContext context() {
    return context;
  }

  /** {@code 2 barrier tasks on spark://host:7077}. */
  String name(int workers) {
    return workers + " barrier tasks on " + context.master();
  }

  @Override
  public void close() {
    context.close();
  }
}
