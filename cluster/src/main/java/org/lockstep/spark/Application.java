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
   * Starts the application and waits for its executors.
   *
   * @throws ClusterException if the master does not answer, the configuration cannot run barrier
   *     stages, or there are fewer slots than ranks
   */
  static Application start(SparkClusterOptions options) {
    Application application = new Application(context(configuration(options)));
    boolean ready = false;
    try {
      application.awaitSlots(options.workers(), options.timeout());
      ready = true;
      return application;
    } finally {
      if (!ready) {
        application.close();
      }
    }
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

  private void awaitSlots(int workers, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    int slots = slots();
    while (slots < workers) {
      if (System.nanoTime() > deadline || context.sc().isStopped()) {
        throw new ClusterException(
            "expected a slot on %s for each of %d workers within %s s, found %d; add executors or cores, or take --workers %d"
                .formatted(
                    context.master(),
                    workers,
                    timeout.toMillis() / 1e3,
                    slots,
                    Math.max(1, slots)));
      }
      pause();
      slots = slots();
    }
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
