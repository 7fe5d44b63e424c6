package org.lockstep.train;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;
import org.lockstep.data.Dataset;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.ShardedSampler;
import org.lockstep.data.Standardization;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Schedule;
import org.lockstep.optim.Sgd;

/**
 * Trains one network, data-parallel: every rank runs this with its own shard, and all of them hold
 * the same bits afterwards. The path of a mini-batch is {@link TrainingStep#step}.
 *
 * <p>Thread rule: one thread a rank, the one that owns the communicator.
 */
public final class Trainer implements AutoCloseable {
  private final TrainConfig config;
  private final Communicator world;
  private final Schedule schedule;
  private final Network network;
  private final TrainingStep training;
  private final ShardedSampler sampler;
  private final MiniBatches batches;
  private final Evaluator evaluator;

  /**
   * Builds the network with its initial weights, the same on every rank.
   *
   * @param dataset the whole set; this rank reads only its shard of it
   * @throws IllegalArgumentException if model, norm, data and world size do not go together
   */
  @Collective
  public Trainer(TrainConfig config, Dataset dataset, Communicator world) {
    this.config = config;
    this.world = world;
    schedule = Schedule.parse(config.schedule());
    sampler =
        new ShardedSampler(
            dataset.train(),
            config.shards(),
            config.batchPerWorker(),
            world.rank(),
            world.worldSize(),
            config.seed());
    NormSpec norm = NormSpec.parse(config.norm());
    network =
        Models.build(
            config.model(), dataset.shape(), dataset.classes(), norm, world, config.seed());
    Sgd optimizer =
        new Sgd(network.parameters(), config.momentum(), config.weightDecay(), config.nesterov());
    training = new TrainingStep(network, dataset.classes(), optimizer, world);
    Standardization standardization = Standardization.of(dataset.train());
    batches = new MiniBatches(dataset.train(), standardization);
    evaluator = new Evaluator(network, dataset, standardization, norm, world, config.statistics());
  }

  /** Trains for the epochs of the configuration and evaluates after each. */
  @Collective
  public RunResult fit(TrainListener listener) {
    List<EpochMetrics> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < config.epochs(); epoch++) {
      EpochTotals totals = trainEpoch(epoch, listener);
      Evaluation evaluation = evaluator.evaluate(step());
      EpochMetrics metrics = totals.metrics(epoch + 1, evaluation);
      epochs.add(metrics);
      listener.onEpoch(metrics);
    }
    String digest = new StateDigest(network).agreed(world, step());
    return new RunResult(config, world.worldSize(), epochs, digest);
  }

  private EpochTotals trainEpoch(int epoch, TrainListener listener) {
    Traffic before = world.traffic();
    long start = System.nanoTime();
    double lossSum = 0;
    long images = 0;
    int steps = sampler.stepsPerEpoch();
    for (int i = 0; i < steps; i++) {
      double rate =
          config.learningRate() * schedule.factor(epoch + (double) i / steps, config.epochs());
      MiniBatch batch = batches.load(sampler.batch(epoch, i));
      double share =
          training.step(batch.features(), batch.labels(), batch.size(), batch.globalSize(), rate);
      lossSum += share * batch.globalSize();
      images += batch.size();
      listener.onStep(epoch + 1, i + 1, steps);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return EpochTotals.sum(world, step(), lossSum, images, seconds, world.traffic().minus(before));
  }

  /** The network in its present state, for a checkpoint. */
  public Network network() {
    return network;
  }

  /** The optimizer in its present state, for a checkpoint. */
  public Sgd optimizer() {
    return training.optimizer();
  }

  /** Updates made so far. */
  public long step() {
    return training.steps();
  }

  @Override
  public void close() {
    evaluator.close();
    batches.close();
    training.close();
    network.close();
  }

  /** What the ranks have done together in an epoch; sums, or means of the ranks' seconds. */
  private record EpochTotals(
      double lossSum, double images, double seconds, double collectiveSeconds, long bytesSent) {

    @Collective
    static EpochTotals sum(
        Communicator world,
        long step,
        double lossSum,
        long images,
        double seconds,
        Traffic traffic) {
      double[] sums = {lossSum, images, seconds, traffic.nanosWaited() / 1e9, traffic.bytesSent()};
      world.allReduce(
          sums, sums.length, ReduceOp.SUM, new OpTag(step, "epoch metrics", Phase.EVALUATION));
      int p = world.worldSize();
      return new EpochTotals(sums[0], sums[1], sums[2] / p, sums[3] / p, (long) sums[4]);
    }

    EpochMetrics metrics(int epoch, Evaluation evaluation) {
      return new EpochMetrics(
          epoch,
          lossSum / images,
          evaluation.loss(),
          evaluation.accuracy(),
          evaluation.accuracyPrecise(),
          seconds,
          images / seconds,
          collectiveSeconds,
          bytesSent,
          evaluation.drift());
    }
  }
}
