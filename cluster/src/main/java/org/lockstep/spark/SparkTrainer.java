package org.lockstep.spark;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.lockstep.launch.CheckpointOptions;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.FetchModel;
import org.lockstep.launch.ResilientCluster;
import org.lockstep.launch.TrainingRun;
import org.lockstep.models.Models;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains on the rows of a DataFrame or the samples of an RDD, in the Spark application they belong
 * to: one barrier task a rank, each with one partition, every sample once an epoch.
 *
 * <p>Thread rule: one thread.
 */
public final class SparkTrainer {
  private static final Logger log = LoggerFactory.getLogger(SparkTrainer.class);

  private final Settings settings;
  private final TrainListener listener;

  /**
   * How it is trained.
   *
   * @param config what is run; nothing looks at its data set, its directory, limit and shards,
   *     which are those of the samples, nor at its statistics, since there is nothing to evaluate
   *     on
   * @param shape of a sample
   * @param workers ranks
   * @param minWorkers ranks that are enough after a loss
   * @param maxRestarts how often ranks are started again
   * @param timeout for the slots, the joining, and each collective
   * @param checkpoints null: nothing is saved
   */
  public record Settings(
      TrainConfig config,
      Shape shape,
      int workers,
      int minWorkers,
      int maxRestarts,
      Duration timeout,
      @Nullable CheckpointOptions checkpoints) {
    /**
     * @throws IllegalArgumentException if {@code config} has patience
     */
    public Settings {
      if (config.patience() != 0) {
        throw new IllegalArgumentException(
            "patience: expected 0, since samples have no test loss to wait for, found "
                + config.patience());
      }
    }
  }

  /**
   * What was learnt.
   *
   * @param model parameters and buffers, a safetensors file
   * @param classes outputs of the network
   * @param result how it went; test figures are NaN
   */
  public record Trained(byte[] model, int classes, RunResult result) {}

  /**
   * @param listener hears of every epoch
   */
  public SparkTrainer(Settings settings, TrainListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Trains on a DataFrame. Where it has as many partitions as there are workers, these are the
   * shards, whatever their sizes; else its rows are dealt, so that shards differ by at most one.
   *
   * <p>The same rows in the same partitions give the same bits, in whatever order a partition
   * yields them; where they are dealt, that order must be the same again, as it is from files,
   * tables and collections. Behind a shuffle it need not be: sort there, or cache.
   *
   * @param features column of vectors, or of arrays of numbers; row by row, channels last
   * @param label column of whole numbers from 0
   * @param classes labels are below this; 0: as many as the highest label says
   * @throws IllegalArgumentException before any worker trains, if a column is missing or not what
   *     it should be, or model, norm, shape and workers do not go together
   */
  public Trained fit(Dataset<?> frame, String features, String label, int classes) {
    SampleFrame samples = SampleFrame.of(frame, features, label, settings.shape, classes);
    JavaSparkContext context = new JavaSparkContext(frame.sparkSession().sparkContext());
    return fit(context, samples.samples(), samples.classes());
  }

  /**
   * Trains on an RDD, dealt as a DataFrame is.
   *
   * @param classes labels are below this
   * @throws IllegalArgumentException if model, norm, shape and workers do not go together
   */
  public Trained fit(JavaRDD<Sample> samples, int classes) {
    return fit(JavaSparkContext.fromSparkContext(samples.context()), samples, classes);
  }

  private Trained fit(JavaSparkContext context, JavaRDD<Sample> samples, int classes) {
    TrainConfig config = settings.config;
    Models.check(
        config.model(), settings.shape, classes, NormSpec.parse(config.norm()), settings.workers);
    SampleInput input = new SampleInput(samples, settings.shape.size(), classes);
    SparkClusterOptions options =
        new SparkClusterOptions(null, settings.workers, settings.minWorkers, settings.timeout, 0);
    TrainingRun.Beginning beginning =
        (cluster, same, resume) -> {
          List<Integer> sizes = cluster.run(new ReadSamples(), nothing -> {});
          return new BeginSampleTraining(same, settings.shape, classes, sizes, resume);
        };
    TrainingRun run = new TrainingRun(config, beginning, settings.checkpoints);
    try (ResilientCluster cluster =
        new ResilientCluster(
            new SparkLauncher(options, input, context), settings.maxRestarts, log::warn)) {
      return cluster.run(
          ranks -> {
            RunResult result = run.on(ranks, listener);
            return new Trained(model(ranks), classes, result);
          });
    }
  }

  private static byte[] model(Cluster ranks) {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    ranks.run(new FetchModel(), piece -> model.writeBytes(Base64.getDecoder().decode(piece)));
    return model.toByteArray();
  }
}
