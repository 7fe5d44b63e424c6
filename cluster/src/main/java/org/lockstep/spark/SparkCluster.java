package org.lockstep.spark;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.lockstep.launch.CoordinatedCluster;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.rendezvous.Coordinator;
import org.lockstep.rendezvous.CoordinatorOptions;
import org.lockstep.rendezvous.Failure;
import org.lockstep.transport.JobKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;

/**
 * Ranks on the executors of a Spark application: one barrier stage, whose tasks take part in the
 * driver's job until it is closed. The driver's coordinator brings them together and hands out what
 * to do, an epoch or a whole run, in a millisecond; a stage of its own would cost tens of them and
 * lose what the ranks hold.
 *
 * <p>Thread rule: one thread calls {@link #run}; {@link #close} may come from any.
 */
public final class SparkCluster extends CoordinatedCluster {
  private static final Logger log = LoggerFactory.getLogger(SparkCluster.class);
  private static final Duration SILENCE = CoordinatorOptions.DEFAULT_SILENCE;
  private static final int UNKNOWN = -1;
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final JavaFutureAction<List<Integer>> stage;
  private final String description;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SparkCluster(
      Coordinator coordinator, JavaFutureAction<List<Integer>> stage, String description) {
    super(coordinator);
    this.stage = stage;
    this.description = description;
  }

  /**
   * Starts a barrier stage and waits until all ranks have joined.
   *
   * @param application outlives this cluster
   * @param workers slots that are there
   * @param input what the ranks start with
   * @param purpose as Spark shows it
   * @throws ClusterException if a rank does not come in time
   */
  static SparkCluster start(
      Application application,
      int workers,
      SparkClusterOptions options,
      RankInput<?> input,
      String purpose) {
    String host = application.context().getConf().get("spark.driver.host");
    SparkSecurity.JobSecret secret = SparkSecurity.secret();
    Coordinator coordinator =
        Coordinator.start(
            new CoordinatorOptions(
                workers,
                new InetSocketAddress(host, options.port()),
                new JobKey(secret.token(), 0),
                SparkSecurity.tls(),
                options.timeout(),
                SILENCE));
    boolean submitted = false;
    try {
      SparkCluster cluster =
          new SparkCluster(
              coordinator,
              Application.described(
                  application.context().sc(),
                  purpose,
                  () ->
                      submit(application, workers, input, coordinator.address(), secret, options)),
              application.name(workers));
      submitted = true;
      cluster.watchStage();
      cluster.awaitRanks();
      return cluster;
    } finally {
      if (!submitted) {
        coordinator.close();
      }
    }
  }

  /** Lets the coordinator know when Spark ends the stage, which would tell nobody else. */
  private void watchStage() {
    Thread watcher =
        new Thread(
            () -> {
              try {
                stage.get();
              } catch (InterruptedException | CancellationException e) {
                onStageEnd(new StageFailure("it was cancelled"));
              } catch (ExecutionException e) {
                onStageEnd(StageFailure.of(e));
              }
            },
            "lockstep-stage");
    watcher.setDaemon(true);
    watcher.start();
  }

  private void onStageEnd(StageFailure failure) {
    if (!closed.get()) {
      Failure.Cause cause = failure.isLoss() ? Failure.Cause.LOST : Failure.Cause.STOPPED;
      String message =
          "Spark ended the ranks' stage " + coordinator().activity() + ": " + failure.reason();
      coordinator().fail(new Failure(UNKNOWN, cause, message, ""));
    }
  }

  private void awaitRanks() {
    boolean joined = false;
    try {
      coordinator().awaitMembers();
      joined = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while the ranks started", e);
    } finally {
      if (!joined) {
        close();
      }
    }
  }

  private static <T> JavaFutureAction<List<Integer>> submit(
      Application application,
      int workers,
      RankInput<T> input,
      InetSocketAddress coordinator,
      SparkSecurity.JobSecret secret,
      SparkClusterOptions options) {
    JavaSparkContext context = application.context();
    RankTask<T> task =
        new RankTask<>(
            coordinator,
            secret,
            options.timeout(),
            SILENCE,
            options.faults(),
            input.reader(),
            StageCounters.of(context.sc()));
    ClassTag<Integer> integers = ClassTag.apply(Integer.class);
    RDD<Integer> stage =
        input.partitions(context, workers).rdd().barrier().mapPartitions(task, false, integers);
    return stage.toJavaRDD().collectAsync();
  }

  /** Spark's number of the job that is the stage. */
  int job() {
    return stage.jobIds().get(0);
  }

  @Override
  public String description() {
    return description;
  }

  /** Ends the stage, in order where all ranks still listen. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    coordinator().close();
    try {
      stage.get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      log.debug("The barrier stage did not end in order", e);
    } finally {
      stage.cancel(true);
    }
  }
}
