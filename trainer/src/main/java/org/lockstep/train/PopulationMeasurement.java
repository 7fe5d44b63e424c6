package org.lockstep.train;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.data.EvaluationShard;
import org.lockstep.data.Images;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.Standardization;
import org.lockstep.models.Network;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.norm.BatchNorm;
import org.lockstep.nn.norm.PopulationStatistics;
import org.lockstep.nn.norm.StatisticsDrift;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures the population statistics of all batch norm layers of a network over the training set:
 * those of layer k while all before it normalize with theirs already, as in the evaluation that
 * follows. L layers take L passes over the set, each as far as the layer it measures, and L
 * collectives of 2C + 1 doubles over all ranks. A rank's part of the set is a stretch of its
 * images, whatever it trains on. Parameters and running statistics stay as they are.
 *
 * <p>Layers without running statistics are left out: they normalize every batch by itself.
 *
 * <p>Thread rule: the rank's training thread.
 */
public final class PopulationMeasurement implements AutoCloseable {
  private final List<Target> targets;
  private final Communicator world;
  private final EvaluationShard shard;
  private final MiniBatches batches;

  /**
   * A layer to measure.
   *
   * @param path the network's layers up to the one that is or contains it
   */
  private record Target(List<Layer> path, BatchNorm norm) {}

  /**
   * @param train what the population is; the same on all ranks
   * @param standardization of the set the network is trained on
   */
  public PopulationMeasurement(
      Network network, Images train, Standardization standardization, Communicator world) {
    this.world = world;
    targets = targets(network.layers());
    shard = new EvaluationShard(train, Evaluator.BATCH, world.rank(), world.worldSize());
    batches = new MiniBatches(train, standardization);
  }

  private static List<Target> targets(List<Layer> layers) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      List<Layer> path = layers.subList(0, i + 1);
      norms(layers.get(i)).forEach(norm -> targets.add(new Target(path, norm)));
    }
    return List.copyOf(targets);
  }

  /** The batch norms in a layer, in the order in which they run. */
  private static List<BatchNorm> norms(Layer layer) {
    if (layer instanceof BatchNorm norm) {
      return norm.tracksRunningStatistics() ? List.of(norm) : List.of();
    }
    return layer.parts().stream().flatMap(part -> norms(part).stream()).toList();
  }

  /** Whether no layer has population statistics, so that there is nothing to measure. */
  public boolean isEmpty() {
    return targets.isEmpty();
  }

  /** Measures; evaluation passes then use what was measured, until {@link #release}. */
  @Collective
  public void measure(long step) {
    release();
    for (Target target : targets) {
      PopulationStatistics population = target.norm.population();
      population.begin();
      for (int i = 0; i < shard.steps(); i++) {
        INDArray y = batches.load(shard.batch(i)).features();
        for (Layer layer : target.path) {
          y = layer.forward(y, Pass.evaluation(step));
        }
      }
      population.finish(world, step);
    }
  }

  /** How far the running statistics of each layer are from what was measured. */
  public List<StatisticsDrift> drift() {
    return targets.stream().map(target -> target.norm.drift()).toList();
  }

  /** Lets evaluation passes use the running statistics again. */
  public void release() {
    targets.forEach(target -> target.norm.population().release());
  }

  @Override
  public void close() {
    batches.close();
  }
}
