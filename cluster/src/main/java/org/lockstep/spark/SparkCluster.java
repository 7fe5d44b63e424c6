package org.lockstep.spark;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.lockstep.launch.CoordinatedCluster;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.rendezvous.Coordinator;
import org.lockstep.rendezvous.CoordinatorOptions;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
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
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final JavaFutureAction<List<Integer>> stage;

  private SparkCluster(Coordinator coordinator, JavaFutureAction<List<Integer>> stage) {
    super(coordinator);
    this.stage = stage;
  }

  /**
   * Starts the barrier stage and waits until all ranks have joined.
   *
   * @param context of the application; stays open
   * @param workers ranks; as many slots must be free
   * @param timeout in which all must have joined, and for each collective
   * @throws ClusterException if a rank does not come in time
   */
  public static SparkCluster start(JavaSparkContext context, int workers, Duration timeout) {
    InetSocketAddress driver = new InetSocketAddress(context.getConf().get("spark.driver.host"), 0);
    JobKey key = new JobKey(JobToken.random(), 0);
    Duration silence = CoordinatorOptions.DEFAULT_SILENCE;
    Coordinator coordinator =
        Coordinator.start(new CoordinatorOptions(workers, driver, key, timeout, silence));
    RankTask task = new RankTask(coordinator.address(), key, timeout, silence);
    SparkCluster cluster = new SparkCluster(coordinator, submit(context, workers, task));
    boolean started = false;
    try {
      coordinator.awaitMembers();
      started = true;
      return cluster;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while the ranks started", e);
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private static JavaFutureAction<List<Integer>> submit(
      JavaSparkContext context, int workers, RankTask task) {
    List<Integer> ranks = IntStream.range(0, workers).boxed().toList();
    ClassTag<Integer> integers = ClassTag.apply(Integer.class);
    context.sc().setJobDescription("Lockstep: " + workers + " ranks");
    RDD<Integer> stage =
        context.parallelize(ranks, workers).rdd().barrier().mapPartitions(task, false, integers);
    return stage.toJavaRDD().collectAsync();
  }

  /** Ends the stage: in order where all ranks still listen, else by cancelling it. */
  @Override
  public void close() {
    coordinator().close();
    try {
      stage.get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("The barrier stage did not end in order", e);
    } finally {
      stage.cancel(true);
    }
  }
}
