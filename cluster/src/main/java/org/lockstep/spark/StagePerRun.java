package org.lockstep.spark;

import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.WorkerTask;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/**
 * Workers that are a barrier stage of their own for each training run, so that Spark's pages name
 * the run and count what it did: Spark takes a job's description when it is submitted, and shows
 * accumulators when a stage ends. Ending one and starting the next on executors that are there took
 * 0.1 to 1.2 s, in the median 0.25 s, on a loaded machine; one for each epoch would cost that every
 * time, and lose what the ranks hold.
 *
 * <p>Thread rule: one thread; {@link #close} may come from any.
 */
final class StagePerRun implements Cluster {
  private final Application application;
  private final int workers;
  private final SparkClusterOptions options;
  private final RankInput<?> input;
  private final int restarts;
  private volatile @Nullable SparkCluster stage;
  private volatile boolean closed;

  /**
   * Starts nothing yet.
   *
   * @param application outlives this
   * @param workers slots that are there
   * @param input what the ranks of each stage start with
   * @param restarts how often workers have been started again by now
   */
  StagePerRun(
      Application application,
      int workers,
      SparkClusterOptions options,
      RankInput<?> input,
      int restarts) {
    this.application = application;
    this.workers = workers;
    this.options = options;
    this.input = input;
    this.restarts = restarts;
  }

  @Override
  public TrainListener begin(TrainConfig config) {
    SparkCluster present = stage;
    if (present != null) {
      present.close();
    }
    String run = "%s, %s, %d epochs, ".formatted(config.model(), config.norm(), config.epochs());
    SparkCluster next = start(run);
    SparkContext spark = application.context().sc();
    return TrainingSource.of(spark, restarts)
        .and(new EventPoster(spark.listenerBus(), config, next.job(), restarts));
  }

  /** Runs it on the stage of the present run, or where there was none yet on one without a run. */
  @Override
  public <E, R> List<R> run(WorkerTask<E, R> task, Consumer<? super E> events) {
    SparkCluster present = stage;
    return (present == null ? start("") : present).run(task, events);
  }

  private SparkCluster start(String run) {
    String again = restarts == 0 ? "" : ", restart " + restarts;
    String purpose = "Lockstep: %s%d ranks%s".formatted(run, workers, again);
    SparkCluster next = SparkCluster.start(application, workers, options, input, purpose);
    stage = next;
    if (closed) {
      next.close();
      throw new ClusterException("expected workers, but they were closed while they started");
    }
    return next;
  }

  @Override
  public int size() {
    return workers;
  }

  @Override
  public String description() {
    return application.name(workers);
  }

  @Override
  public void close() {
    closed = true;
    SparkCluster present = stage;
    if (present != null) {
      present.close();
    }
  }
}
