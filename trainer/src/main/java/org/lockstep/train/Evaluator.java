package org.lockstep.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.data.Dataset;
import org.lockstep.data.EvaluationShard;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.Standardization;
import org.lockstep.models.Network;
import org.lockstep.nn.Pass;
import org.lockstep.nn.loss.SoftmaxCrossEntropy;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.nn.norm.StatisticsDrift;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Classifies the test images, each rank its part of them, with the running statistics, with those
 * of the population, or with either. No layer communicates; one collective sums the ranks' counts.
 */
public final class Evaluator implements AutoCloseable {
  /** Images of a forward pass; large enough to be fast, small enough for the cache. */
  static final int BATCH = 50;

  private final Network network;
  private final RankStatistics ranks;
  private final Communicator world;
  private final Statistics statistics;
  private final PopulationMeasurement population;
  private final EvaluationShard shard;
  private final int images;
  private final MiniBatches batches;
  private final SoftmaxCrossEntropy criterion;

  /**
   * @param dataset its test images are classified; its training images are the population
   * @param standardization of the set the network was trained on
   * @param statistics which batch norm evaluates with
   */
  public Evaluator(
      Network network,
      Dataset dataset,
      Standardization standardization,
      NormSpec norm,
      Communicator world,
      Statistics statistics) {
    this.network = network;
    ranks = new RankStatistics(network, norm, world);
    this.world = world;
    this.statistics = statistics;
    population = new PopulationMeasurement(network, dataset.train(), standardization, world);
    shard = new EvaluationShard(dataset.test(), BATCH, world.rank(), world.worldSize());
    images = dataset.test().size();
    batches = new MiniBatches(dataset.test(), standardization);
    criterion = new SoftmaxCrossEntropy(dataset.classes());
  }

  /**
   * Evaluates; afterwards the running statistics are the same on all ranks, and they are what the
   * network evaluates with.
   */
  @Collective
  public Evaluation evaluate(long step) {
    ranks.average(step);
    if (statistics == Statistics.EMA) {
      Score score = classify(step);
      return new Evaluation(score.loss, score.accuracy, null, List.of());
    }
    if (statistics == Statistics.PRECISE || population.isEmpty()) {
      return precise(step, null);
    }
    return precise(step, classify(step));
  }

  /**
   * @param running the score with the running statistics, where it was asked for and is another
   */
  private Evaluation precise(long step, @Nullable Score running) {
    population.measure(step);
    Score score = classify(step);
    List<StatisticsDrift> drift = population.drift();
    population.release();
    Score main = running == null ? score : running;
    return new Evaluation(main.loss, main.accuracy, score.accuracy, drift);
  }

  private record Score(double loss, double accuracy) {}

  private Score classify(long step) {
    double loss = 0;
    double correct = 0;
    for (int i = 0; i < shard.steps(); i++) {
      MiniBatch batch = batches.load(shard.batch(i));
      INDArray logits = network.forward(batch.features(), Pass.evaluation(step));
      loss += criterion.forward(logits, batch.labels(), batch.size(), batch.globalSize());
      correct += criterion.correct();
    }
    double[] sums = {loss, correct};
    OpTag tag = new OpTag(step, "test images", Phase.EVALUATION);
    world.allReduce(sums, sums.length, ReduceOp.SUM, tag);
    return new Score(sums[0], sums[1] / images);
  }

  @Override
  public void close() {
    criterion.close();
    batches.close();
    population.close();
  }
}
