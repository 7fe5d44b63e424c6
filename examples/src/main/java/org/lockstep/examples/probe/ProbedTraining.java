package org.lockstep.examples.probe;

import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Augmentation;
import org.lockstep.data.Dataset;
import org.lockstep.data.ImageFeed;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.Shards;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;
import org.lockstep.nn.loss.SoftmaxCrossEntropy;
import org.lockstep.optim.Sgd;
import org.lockstep.train.TrainingStep;

/**
 * Trains one network in this process, on one rank, and lets a probe look at it before every so many
 * steps. Belongs to one thread.
 */
final class ProbedTraining implements AutoCloseable {
  /** From a variance of 1/3 to one of 2 by the fan-in; see {@link #initialize}. */
  private static final double TO_HE = Math.sqrt(6);

  private final ProbeSetup setup;
  private final ImageFeed feed;
  private final Network network;
  private final TrainingStep training;
  private final SoftmaxCrossEntropy criterion;
  private final Communicator solo = InProcessGroup.solo();

  /** What looks. */
  interface Probe {
    /** Is shown the loss of the batch that comes next. */
    void look(NetworkObjective objective);
  }

  ProbedTraining(ProbeSetup setup, Dataset dataset, Subject subject) {
    this.setup = setup;
    feed =
        ImageFeed.of(
            dataset.train(), Shards.SHUFFLED, setup.batch(), 0, 1, setup.seed(), Augmentation.NONE);
    network =
        Models.build(
            Models.find(setup.model()),
            dataset.shape(),
            dataset.classes(),
            subject.norms(solo, Precision.FLOAT32, setup.seed()),
            setup.seed());
    initialize(network);
    Sgd optimizer = new Sgd(network.parameters(), 0, 0, false);
    training = new TrainingStep(network, dataset.classes(), optimizer, solo);
    criterion = new SoftmaxCrossEntropy(dataset.classes());
  }

  /**
   * Makes weights those of He et al. 2015 ("Delving Deep into Rectifiers", eq. 10), under which the
   * network without norms trains as well: with the usual ones, which are smaller by sqrt(6), its
   * activations vanish with depth and its gradients with them, and there is no landscape to see.
   */
  private static void initialize(Network network) {
    for (Parameter parameter : network.parameters()) {
      if (parameter.value().rank() > 1) {
        Elements elements = Elements.of(parameter.value());
        double[] values = elements.toArray();
        for (int i = 0; i < values.length; i++) {
          values[i] *= TO_HE;
        }
        elements.put(0, values, values.length);
      }
    }
  }

  /** Makes all steps. */
  void run(Probe probe) {
    for (int step = 0; step < setup.steps(); step++) {
      MiniBatch batch = feed.batch(step / feed.stepsPerEpoch(), step % feed.stepsPerEpoch());
      if (step % setup.every() == 0) {
        probe.look(new NetworkObjective(network, criterion, batch, step));
      }
      training.step(
          batch.features(), batch.labels(), batch.size(), batch.globalSize(), setup.learningRate());
    }
  }

  /** In its present state. */
  Network network() {
    return network;
  }

  @Override
  public void close() {
    feed.close();
    training.close();
    criterion.close();
    network.close();
    solo.close();
  }
}
