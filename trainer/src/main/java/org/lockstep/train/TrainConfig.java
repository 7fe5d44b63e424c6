package org.lockstep.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Augmentation;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.Shards;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Schedule;

/**
 * Everything that decides what a run computes, besides the world size. Immutable; travels to the
 * workers as JSON. Options that are not given take the values of {@link #DEFAULT}.
 *
 * @param model a name of {@code Models}, or the class name of a {@code Model} on the class path
 * @param norm see {@link NormSpec#parse}
 * @param data a name of {@code Datasets}
 * @param dataDir where that data set's files are; null for the embedded ones
 * @param limit at most this many training images (and a proportional part of the test images); 0:
 *     all
 * @param shards how the training set is dealt to the ranks
 * @param batchPerWorker images a rank takes per step
 * @param epochs passes over the training set
 * @param seed decides initial weights and the order of images
 * @param learningRate peak rate of the schedule
 * @param momentum of SGD, 0 to below 1
 * @param weightDecay added to every parameter's gradient, times the parameter
 * @param nesterov Nesterov's momentum
 * @param schedule see {@link Schedule#parse}
 * @param statistics which batch norm evaluates with; changes nothing in training
 * @param patience epochs without a lower test loss after which the run stops; 0: it never does
 * @param precision of activations and convolutions, float32 or bf16; everything else is float32
 * @param augment of training images, see {@link Augmentation#parse}
 */
public record TrainConfig(
    String model,
    String norm,
    String data,
    @Nullable String dataDir,
    int limit,
    Shards shards,
    int batchPerWorker,
    int epochs,
    long seed,
    double learningRate,
    double momentum,
    double weightDecay,
    boolean nesterov,
    String schedule,
    Statistics statistics,
    int patience,
    Precision precision,
    String augment) {

  /** The comparison that {@code lockstep compare} runs without options, with Sync-BN. */
  public static final TrainConfig DEFAULT =
      new TrainConfig(
          "small",
          "sync",
          "fashion-mini",
          null,
          0,
          Shards.SHUFFLED,
          2,
          3,
          1,
          0.01,
          0.9,
          0,
          false,
          "constant",
          Statistics.EMA,
          0,
          Precision.FLOAT32,
          "none");

  public TrainConfig {
    // What was written before there was a choice says nothing.
    statistics = Objects.requireNonNullElse(statistics, Statistics.EMA);
    precision = Objects.requireNonNullElse(precision, Precision.FLOAT32);
    augment = Augmentation.parse(Objects.requireNonNullElse(augment, "none")).toString();
    require(limit >= 0, "limit", "0 (all) or more images", limit);
    require(batchPerWorker > 0, "batch", "at least 1 image per worker", batchPerWorker);
    require(epochs > 0, "epochs", "at least 1", epochs);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learning-rate",
        "a positive number",
        learningRate);
    require(momentum >= 0 && momentum < 1, "momentum", "0 to below 1", momentum);
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay), "weight-decay", "0 or more", weightDecay);
    require(patience >= 0, "patience", "0 (never stop) or more epochs", patience);
    require(!nesterov || momentum > 0, "nesterov", "a momentum above 0", momentum);
    require(precision != Precision.FLOAT64, "precision", "float32 or bf16", precision);
    NormSpec.parse(norm);
    Schedule.parse(schedule);
  }

  /** The same with another peak learning rate. */
  public TrainConfig withLearningRate(double rate) {
    return new TrainConfig(
        model,
        norm,
        data,
        dataDir,
        limit,
        shards,
        batchPerWorker,
        epochs,
        seed,
        rate,
        momentum,
        weightDecay,
        nesterov,
        schedule,
        statistics,
        patience,
        precision,
        augment);
  }

  /**
   * Reads and checks the whole data set that this names.
   *
   * @throws IllegalArgumentException as {@link Datasets#load}, and so its other exceptions
   */
  public Dataset load() {
    return Datasets.load(data, dataDir == null ? null : Path.of(dataDir), limit);
  }

  /**
   * The learning rate at a point of the run.
   *
   * @param epoch epochs done, with the fraction of the current one
   */
  public double learningRateAt(double epoch) {
    return learningRate * Schedule.parse(schedule).factor(epoch, epochs);
  }

  /**
   * What makes {@code other} another run than this one, so that it cannot go on where this one
   * stopped: the first such option with both values; null if there is none. Epochs, patience, the
   * statistics of evaluation and where the files are may differ.
   */
  public @Nullable String difference(TrainConfig other) {
    Map<String, Object> mine = identity();
    for (Map.Entry<String, Object> theirs : other.identity().entrySet()) {
      Object expected = mine.get(theirs.getKey());
      if (!theirs.getValue().equals(expected)) {
        return theirs.getKey() + ": expected " + expected + ", found " + theirs.getValue();
      }
    }
    return null;
  }

  /** The options, by name, in which all ranks of a run and all its continuations agree. */
  Map<String, Object> identity() {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("model", model);
    identity.put("norm", norm);
    identity.put("data", data);
    identity.put("limit", limit);
    identity.put("shards", shards);
    identity.put("batch", batchPerWorker);
    identity.put("seed", seed);
    identity.put("learning-rate", learningRate);
    identity.put("momentum", momentum);
    identity.put("weight-decay", weightDecay);
    identity.put("nesterov", nesterov);
    identity.put("schedule", schedule);
    identity.put("precision", precision);
    identity.put("augment", augment);
    return identity;
  }

  private static void require(boolean holds, String option, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(option + ": expected " + expected + ", found " + found);
    }
  }
}
