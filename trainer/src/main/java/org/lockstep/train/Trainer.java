package org.lockstep.train;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;
import org.lockstep.data.Augmentation;
import org.lockstep.data.Dataset;
import org.lockstep.data.ImageFeed;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.Standardization;
import org.lockstep.data.TrainingFeed;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;

/**
 * Trains one network, data-parallel: every rank has one with its own shard, and all of them hold
 * the same bits after every step. An {@link EpochLoop} says what to do; the path of a mini-batch is
 * {@link TrainingStep#step}.
 *
 * <p>Thread rule: one thread a rank, the one that owns the communicator.
 */
public final class Trainer implements EpochLoop.Ranks, AutoCloseable {
  /**
   * Losses are summed as multiples of 2^-24, exactly up to 2^29 nats times images: so the loss of
   * an epoch does not depend on how checkpoints cut it into stretches.
   */
  private static final double LOSS_GRID = 1 << 24;

  private final TrainConfig config;
  private final Communicator world;
  private final TrainingFeed feed;
  private final Network network;
  private final TrainingStep training;
  private final RankStatistics statistics;
  private final @Nullable Evaluator evaluator;

  /**
   * Builds the network with its initial weights, the same on every rank.
   *
   * @param dataset the whole set; this rank reads only its shard of it
   * @throws IllegalArgumentException if model, norm, data and world size do not go together
   * @throws org.lockstep.comm.CommunicationException if a rank has another configuration
   */
  @Collective
  public Trainer(TrainConfig config, Dataset dataset, Communicator world) {
    this(
        config,
        dataset.shape(),
        dataset.classes(),
        ImageFeed.of(
            dataset.train(),
            config.shards(),
            config.batchPerWorker(),
            world.rank(),
            world.worldSize(),
            config.seed(),
            Augmentation.parse(config.augment())),
        dataset,
        world);
  }

  /**
   * Builds the network for samples that each rank has of its own.
   *
   * @param shape of a sample
   * @param feed this rank's samples; closed with this trainer
   * @param evaluated its test images are what {@link #evaluate} classifies; null: there are none
   * @throws IllegalArgumentException if model, norm, shape and world size do not go together
   * @throws org.lockstep.comm.CommunicationException if a rank has another configuration
   */
  @Collective
  public Trainer(
      TrainConfig config,
      Shape shape,
      int classes,
      TrainingFeed feed,
      @Nullable Dataset evaluated,
      Communicator world) {
    this.config = config;
    this.world = world;
    this.feed = feed;
    NormSpec norm = NormSpec.parse(config.norm());
    Models.check(config.model(), shape, classes, norm, world.worldSize());
    LoneImages.check(config, shape, classes, feed, world.worldSize());
    agree();
    network =
        Models.build(
            config.model(), shape, classes, norm, world, config.seed(), config.precision());
    Sgd optimizer =
        new Sgd(network.parameters(), config.momentum(), config.weightDecay(), config.nesterov());
    training = new TrainingStep(network, classes, optimizer, world);
    statistics = new RankStatistics(network, norm, world);
    evaluator = evaluated == null ? null : evaluator(evaluated, norm);
  }

  /** Ranks of another run would be found out later or, with another learning rate, never. */
  private void agree() {
    OpTag run = new OpTag(0, "run of " + config.identity(), Phase.CONTROL);
    world.allReduce(new double[1], 1, ReduceOp.SUM, run);
  }

  private Evaluator evaluator(Dataset dataset, NormSpec norm) {
    Standardization standardization = Standardization.of(dataset.train());
    return new Evaluator(network, dataset, standardization, norm, world, config.statistics());
  }

  /** Trains for the epochs of the configuration, evaluates after each, and saves nothing. */
  @Collective
  public RunResult fit(TrainListener listener) {
    RunState start = RunState.start(config, world.worldSize(), stepsPerEpoch());
    return new EpochLoop(this, EpochLoop.Saver.NONE, listener).run(start);
  }

  /** The same on all ranks and in every epoch. */
  public int stepsPerEpoch() {
    return feed.stepsPerEpoch();
  }

  @Override
  @Collective
  public EpochTotals train(Stretch stretch, TrainListener listener) {
    Traffic before = world.traffic();
    long start = System.nanoTime();
    double lossSum = 0;
    long images = 0;
    for (int i = 0; i < stretch.steps(); i++) {
      int step = stretch.firstStep() + i;
      MiniBatch batch = feed.batch(stretch.epoch(), step);
      double rate = stretch.learningRates().get(i);
      double share =
          training.step(batch.features(), batch.labels(), batch.size(), batch.globalSize(), rate);
      lossSum += Math.rint(share * batch.globalSize() * LOSS_GRID) / LOSS_GRID;
      images += batch.size();
      listener.onStep(stretch.epoch() + 1, step + 1, feed.stepsPerEpoch());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Traffic traffic = world.traffic().minus(before);
    listener.onStretch(stretch.steps(), images, traffic);
    return EpochTotals.sum(world, step(), lossSum, images, seconds, traffic);
  }

  /**
   * Classifies the test images; without any the figures are NaN. Either way the running statistics
   * are the same on all ranks afterwards.
   */
  @Override
  @Collective
  public Evaluation evaluate() {
    if (evaluator != null) {
      return evaluator.evaluate(step());
    }
    statistics.average(step());
    return new Evaluation(Double.NaN, Double.NaN, null, List.of());
  }

  @Override
  @Collective
  public String digest() {
    return new StateDigest(network).agreed(world, step());
  }

  /** The network in its present state, for a checkpoint. */
  public Network network() {
    return network;
  }

  /** The optimizer in its present state, for a checkpoint. */
  public Sgd optimizer() {
    return training.optimizer();
  }

  /**
   * The running statistics of every rank, by buffer, {@code [worldSize, size]} in rank order; empty
   * where all ranks hold the same.
   */
  @Collective
  public Map<String, double[]> gatherStatistics() {
    return statistics.gather(step());
  }

  /** Updates made so far. */
  public long step() {
    return training.steps();
  }

  /** Counts on from {@code step} updates, after network and optimizer were restored. */
  public void resumeAfter(long step) {
    training.resumeAfter(step);
  }

  @Override
  public void close() {
    if (evaluator != null) {
      evaluator.close();
    }
    feed.close();
    training.close();
    network.close();
  }
}
