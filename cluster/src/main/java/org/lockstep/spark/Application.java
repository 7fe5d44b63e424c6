package org.lockstep.spark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.lockstep.preflight.Finding;
import org.lockstep.rendezvous.ClusterException;

/** The Spark application that ranks run in, checked before a barrier stage is asked of it. */
final class Application implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** The property that {@code setJobDescription} sets, which Spark has no getter for. */
  private static final String DESCRIPTION = "spark.job.description";

  private final JavaSparkContext context;
  private final boolean own;

  private Application(JavaSparkContext context, boolean own) {
    this.context = context;
    this.own = own;
  }

  /**
   * Starts the application, waits for its executors and examines them.
   *
   * @throws ClusterException if there is no such master, or a check found a problem
   */
  static Application start(SparkClusterOptions options) {
    SparkConf conf = configuration(options);
    Finding.admit(SettingsChecks.of(conf, options.workers()));
    return on(conf).examined(options);
  }

  /**
   * Takes an application that somebody else has started, and stays when this is closed.
   *
   * @throws ClusterException if a check found a problem
   */
  static Application join(JavaSparkContext context, SparkClusterOptions options) {
    Finding.admit(SettingsChecks.of(context.getConf(), options.workers()));
    return new Application(context, false).examined(options);
  }

  private Application examined(SparkClusterOptions options) {
    boolean ready = false;
    try {
      Finding.admit(examine(options, false));
      ready = true;
      return this;
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  /**
   * What the user gave, and what follows from it.
   *
   * @throws ClusterException if no master is named
   */
  static SparkConf configuration(SparkClusterOptions options) {
    SparkConf conf = new SparkConf().setIfMissing("spark.app.name", "Lockstep");
    if (options.master() != null) {
      conf.setMaster(options.master());
    }
    if (!conf.contains("spark.master")) {
      throw new ClusterException(
          "expected Spark's master, found none; give --master, or submit with spark-submit");
    }
    // A host that went away without a word; Spark's two minutes are longer than anybody waits.
    conf.setIfMissing("spark.executor.heartbeatInterval", "5s");
    conf.setIfMissing("spark.storage.blockManagerHeartbeatTimeoutMs", "20s");
    conf.setIfMissing("spark.network.timeoutInterval", "5s");
    // What we say would be lost among what Spark says.
    conf.setIfMissing("spark.log.level", "WARN");
    // After a loss Spark may count slots that are gone, and look again only after this long.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    return conf.setIfMissing(
        "spark.executorEnv.OMP_NUM_THREADS", conf.get(SettingsChecks.TASK_CPUS, "1"));
  }

  /**
   * Starts the application, whatever its executors are like.
   *
   * @throws ClusterException if Spark refuses
   */
  static Application on(SparkConf conf) {
    try {
      return new Application(new JavaSparkContext(conf), true);
    } catch (Exception e) { // SparkException is checked, but Scala declares nothing
      throw new ClusterException(
          "cannot start a Spark application on " + conf.get("spark.master") + ": " + e.getMessage(),
          e);
    }
  }

  /**
   * Waits for a slot for each worker and asks all slots there are; of an application that others
   * use too, only as many as a run takes.
   *
   * @param peers whether executors try to reach each other, which takes two seconds
   */
  List<Finding> examine(SparkClusterOptions options, boolean peers) {
    int slots = awaitSlots(options.workers(), options.timeout());
    List<Finding> findings = new ArrayList<>();
    findings.add(enough(slots, options.workers(), options));
    findings.add(SparkSecurity.finding());
    if (slots > 0) {
      int asked = own ? slots : Math.min(slots, options.workers());
      findings.addAll(new Examination(context, options, peers).of(asked));
    }
    return findings;
  }

  private Finding enough(int slots, int workers, SparkClusterOptions options) {
    String found = "%d for %d workers".formatted(slots, workers);
    if (slots >= workers) {
      return Finding.ok("slots", found);
    }
    return Finding.problem(
        "slots",
        found,
        "expected a slot on %s for each of %d workers within %s s, found %d; add executors or cores, or take --workers %d (setWorkers)"
            .formatted(
                context.master(),
                workers,
                options.timeout().toMillis() / 1e3,
                slots,
                Math.max(1, slots)));
  }

  /**
   * Waits for a slot for each worker again, after some may have been lost.
   *
   * @return how many there are, at most a worker each
   * @throws ClusterException if fewer than the least number of workers
   */
  int awaitSlotsAgain(SparkClusterOptions options) {
    int slots = awaitSlots(options.workers(), options.timeout());
    Finding.admit(List.of(enough(slots, options.minWorkers(), options)));
    return Math.min(slots, options.workers());
  }

  /** The slots that are there as soon as they are enough, or time is up. */
  private int awaitSlots(int workers, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    int slots = slots();
    while (slots < workers && System.nanoTime() < deadline && !context.sc().isStopped()) {
      pause();
      slots = slots();
    }
    return slots;
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

  /**
   * Starts jobs that Spark shows under a description; the calling thread's own stays for others.
   */
  static <T> T described(SparkContext spark, String description, Supplier<T> submit) {
    String before = spark.getLocalProperty(DESCRIPTION);
    spark.setJobDescription(description);
    try {
      return submit.get();
    } finally {
      spark.setJobDescription(before);
    }
  }

  JavaSparkContext context() {
    return context;
  }

  /** {@code 2 barrier tasks on spark://host:7077}. */
  String name(int workers) {
    return workers + " barrier tasks on " + context.master();
  }

  /** Ends the application if it was started here. */
  @Override
  public void close() {
    if (own) {
      context.close();
    }
  }
}
