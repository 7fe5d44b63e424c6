package org.lockstep.spark.ml;

import java.time.Duration;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Shards;
import org.lockstep.launch.CheckpointOptions;
import org.lockstep.spark.SparkTrainer;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/**
 * Trains a convolutional network with synchronized batch norm on the rows of a DataFrame, each once
 * an epoch, one barrier task a worker. Features are taken as they are: scale them before.
 */
public final class SyncBatchNormClassifier extends Estimator<SyncBatchNormModel>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final NetworkParams shared;
  private final Param<String> labelCol;
  private final IntParam workers;
  private final IntParam batch;
  private final IntParam epochs;
  private final LongParam seed;
  private final DoubleParam learningRate;
  private final DoubleParam momentum;
  private final DoubleParam weightDecay;
  private final BooleanParam nesterov;
  private final Param<String> schedule;
  private final IntParam maxRestarts;
  private final IntParam timeout;
  private final Param<String> checkpointDir;

  public SyncBatchNormClassifier() {
    this(Identifiable$.MODULE$.randomUID("syncBatchNorm"));
  }

  /** An estimator that is called {@code uid} in pipelines. */
  @SuppressWarnings("this-escape") // Params know their parent.
  public SyncBatchNormClassifier(String uid) {
    this.uid = uid;
    shared = new NetworkParams(this);
    labelCol = NetworkParams.text(this, "labelCol", "column of whole numbers from 0");
    workers = new IntParam(this, "workers", "ranks, a slot each", ParamValidators.gtEq(1));
    batch = new IntParam(this, "batch", "samples a worker takes per step", ParamValidators.gtEq(1));
    epochs = new IntParam(this, "epochs", "passes over the rows", ParamValidators.gtEq(1));
    seed = new LongParam(this, "seed", "decides initial weights and the order of rows");
    learningRate = new DoubleParam(this, "learningRate", "peak rate", ParamValidators.gt(0));
    momentum = new DoubleParam(this, "momentum", "of SGD", ParamValidators.gtEq(0));
    weightDecay = new DoubleParam(this, "weightDecay", "of SGD", ParamValidators.gtEq(0));
    nesterov = new BooleanParam(this, "nesterov", "Nesterov's momentum");
    schedule = NetworkParams.text(this, "schedule", "learning rate over time");
    maxRestarts = new IntParam(this, "maxRestarts", "after lost workers", ParamValidators.gtEq(0));
    timeout = new IntParam(this, "timeout", "seconds to wait for another", ParamValidators.gtEq(1));
    checkpointDir = NetworkParams.text(this, "checkpointDir", "for restarts; empty: none");
    setDefault(labelCol, "label");
    setDefault(workers, 2);
    setDefault(batch, 32);
    setDefault(epochs, TrainConfig.DEFAULT.epochs());
    setDefault(seed, TrainConfig.DEFAULT.seed());
    setDefault(learningRate, TrainConfig.DEFAULT.learningRate());
    setDefault(momentum, TrainConfig.DEFAULT.momentum());
    setDefault(weightDecay, TrainConfig.DEFAULT.weightDecay());
    setDefault(nesterov, TrainConfig.DEFAULT.nesterov());
    setDefault(schedule, TrainConfig.DEFAULT.schedule());
    setDefault(maxRestarts, 3);
    setDefault(timeout, 60);
    setDefault(checkpointDir, "");
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Param<?>[] params() {
    Stream<Param<?>> own =
        Stream.of(
            labelCol,
            workers,
            batch,
            epochs,
            seed,
            learningRate,
            momentum,
            weightDecay,
            nesterov,
            schedule,
            maxRestarts,
            timeout,
            checkpointDir);
    return Stream.concat(shared.all().stream(), own).toArray(Param<?>[]::new);
  }

  /**
   * Trains.
   *
   * @throws IllegalArgumentException before any worker trains, if a parameter, a column or a row is
   *     not what it should be
   * @throws org.lockstep.rendezvous.ClusterException if a worker fails
   */
  @Override
  public SyncBatchNormModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    SparkTrainer.Trained trained;
    try (FitCheckpoints checkpoints = new FitCheckpoints(getOrDefault(checkpointDir), uid)) {
      trained =
          new SparkTrainer(settings(checkpoints.options()), TrainListener.SILENT)
              .fit(
                  dataset,
                  getOrDefault(shared.features),
                  getOrDefault(labelCol),
                  (int) getOrDefault(shared.classes));
    }
    var model = copyValues(new SyncBatchNormModel(uid, trained.model()), new ParamMap());
    return model.withClasses(trained.classes()).setParent(this);
  }

  private SparkTrainer.Settings settings(@Nullable CheckpointOptions checkpoints) {
    int ranks = (int) getOrDefault(workers);
    return new SparkTrainer.Settings(
        config(),
        shared.shapeOf(this),
        ranks,
        ranks,
        (int) getOrDefault(maxRestarts),
        Duration.ofSeconds((int) getOrDefault(timeout)),
        checkpoints);
  }

  private TrainConfig config() {
    return new TrainConfig(
        getOrDefault(shared.network),
        getOrDefault(shared.norm),
        "rows of a DataFrame",
        null,
        0,
        Shards.UNEVEN,
        (int) getOrDefault(batch),
        (int) getOrDefault(epochs),
        (long) getOrDefault(seed),
        (double) getOrDefault(learningRate),
        (double) getOrDefault(momentum),
        (double) getOrDefault(weightDecay),
        (boolean) getOrDefault(nesterov),
        getOrDefault(schedule),
        TrainConfig.DEFAULT.statistics(),
        0,
        TrainConfig.DEFAULT.precision(),
        TrainConfig.DEFAULT.augment());
  }

  @Override
  public StructType transformSchema(StructType schema) {
    NetworkParams.requireLabels(schema, getOrDefault(labelCol));
    return shared.transform(this, schema);
  }

  @Override
  public SyncBatchNormClassifier copy(ParamMap extra) {
    return copyValues(new SyncBatchNormClassifier(uid), extra);
  }

  /** Reads what {@link #save} has written. */
  public static MLReader<SyncBatchNormClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@link #save} has written there. */
  public static SyncBatchNormClassifier load(String path) {
    return read().load(path);
  }

  /** Column of vectors, or of arrays of numbers; row by row, channels last. */
  public Param<String> featuresCol() {
    return shared.features;
  }

  public SyncBatchNormClassifier setFeaturesCol(String value) {
    set(shared.features, value);
    return this;
  }

  /** Column of whole numbers from 0. */
  public Param<String> labelCol() {
    return labelCol;
  }

  public SyncBatchNormClassifier setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  /** Column that a model adds for the class. */
  public Param<String> predictionCol() {
    return shared.prediction;
  }

  public SyncBatchNormClassifier setPredictionCol(String value) {
    set(shared.prediction, value);
    return this;
  }

  /** Column for the logits; empty: none. */
  public Param<String> rawPredictionCol() {
    return shared.rawPrediction;
  }

  public SyncBatchNormClassifier setRawPredictionCol(String value) {
    set(shared.rawPrediction, value);
    return this;
  }

  /** Column for the probabilities; empty: none. */
  public Param<String> probabilityCol() {
    return shared.probability;
  }

  public SyncBatchNormClassifier setProbabilityCol(String value) {
    set(shared.probability, value);
    return this;
  }

  /** Name of the model, or class name of a {@code Model} of your own. */
  public Param<String> network() {
    return shared.network;
  }

  public SyncBatchNormClassifier setNetwork(String value) {
    set(shared.network, value);
    return this;
  }

  /** See {@link org.lockstep.nn.norm.NormSpec#parse}. */
  public Param<String> norm() {
    return shared.norm;
  }

  public SyncBatchNormClassifier setNorm(String value) {
    set(shared.norm, value);
    return this;
  }

  /** Height x width x channels of a sample, for example {@code 28x28x1}; must be set. */
  public Param<String> shape() {
    return shared.shape;
  }

  public SyncBatchNormClassifier setShape(String value) {
    set(shared.shape, value);
    return this;
  }

  /** Outputs of the network; 0: as many as the highest label says. */
  public IntParam classes() {
    return shared.classes;
  }

  public SyncBatchNormClassifier setClasses(int value) {
    set(shared.classes, value);
    return this;
  }

  /** Ranks, which take a slot each. */
  public IntParam workers() {
    return workers;
  }

  public SyncBatchNormClassifier setWorkers(int value) {
    set(workers, value);
    return this;
  }

  /** Samples that a worker takes per step. */
  public IntParam batch() {
    return batch;
  }

  public SyncBatchNormClassifier setBatch(int value) {
    set(batch, value);
    return this;
  }

  /** Passes over the rows. */
  public IntParam epochs() {
    return epochs;
  }

  public SyncBatchNormClassifier setEpochs(int value) {
    set(epochs, value);
    return this;
  }

  /** Decides initial weights and the order of rows. */
  public LongParam seed() {
    return seed;
  }

  public SyncBatchNormClassifier setSeed(long value) {
    set(seed, value);
    return this;
  }

  /** Peak rate of the schedule. */
  public DoubleParam learningRate() {
    return learningRate;
  }

  public SyncBatchNormClassifier setLearningRate(double value) {
    set(learningRate, value);
    return this;
  }

  /** Momentum of SGD, 0 to below 1. */
  public DoubleParam momentum() {
    return momentum;
  }

  public SyncBatchNormClassifier setMomentum(double value) {
    set(momentum, value);
    return this;
  }

  /** Weight decay of SGD. */
  public DoubleParam weightDecay() {
    return weightDecay;
  }

  public SyncBatchNormClassifier setWeightDecay(double value) {
    set(weightDecay, value);
    return this;
  }

  /** Whether momentum is Nesterov's. */
  public BooleanParam nesterov() {
    return nesterov;
  }

  public SyncBatchNormClassifier setNesterov(boolean value) {
    set(nesterov, value);
    return this;
  }

  /** See {@link org.lockstep.optim.Schedule#parse}. */
  public Param<String> schedule() {
    return schedule;
  }

  public SyncBatchNormClassifier setSchedule(String value) {
    set(schedule, value);
    return this;
  }

  /** How often workers are started again after one was lost. */
  public IntParam maxRestarts() {
    return maxRestarts;
  }

  public SyncBatchNormClassifier setMaxRestarts(int value) {
    set(maxRestarts, value);
    return this;
  }

  /** Seconds that a worker waits for another. */
  public IntParam timeout() {
    return timeout;
  }

  public SyncBatchNormClassifier setTimeout(int value) {
    set(timeout, value);
    return this;
  }

  /** Where restarts go on from, a directory or URL that all workers see; empty: from the start. */
  public Param<String> checkpointDir() {
    return checkpointDir;
  }

  public SyncBatchNormClassifier setCheckpointDir(String value) {
    set(checkpointDir, value);
    return this;
  }
}
