package org.lockstep.examples.probe;

import java.util.List;
import org.lockstep.data.MiniBatch;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.loss.SoftmaxCrossEntropy;

/**
 * The loss of a mini-batch as a function of a network's parameters, in training. Parameters are put
 * back after every evaluation and running statistics are not committed, so the network trains on as
 * if nobody had looked.
 */
final class NetworkObjective implements Objective {
  private final Network network;
  private final SoftmaxCrossEntropy criterion;
  private final MiniBatch batch;
  private final long step;
  private final List<Elements> values;
  private final List<Elements> gradients;
  private final int dimension;

  /**
   * @param step the update that the batch is for, which decides the noise
   */
  NetworkObjective(Network network, SoftmaxCrossEntropy criterion, MiniBatch batch, long step) {
    this.network = network;
    this.criterion = criterion;
    this.batch = batch;
    this.step = step;
    List<Parameter> parameters = network.parameters();
    values = parameters.stream().map(Parameter::value).map(Elements::of).toList();
    gradients = parameters.stream().map(Parameter::gradient).map(Elements::of).toList();
    dimension = values.stream().mapToInt(Elements::size).sum();
  }

  /** Whose loss it is. */
  Network network() {
    return network;
  }

  MiniBatch batch() {
    return batch;
  }

  long step() {
    return step;
  }

  @Override
  public double[] point() {
    double[] point = new double[dimension];
    read(values, point);
    return point;
  }

  @Override
  public double evaluate(double[] at, double[] gradient) {
    double[] here = point();
    write(at);
    try {
      double loss =
          criterion.forward(
              network.forward(batch.features(), Pass.training(step)),
              batch.labels(),
              batch.size(),
              batch.globalSize());
      network.backward(criterion.gradient(), layer -> {});
      read(gradients, gradient);
      return loss;
    } finally {
      write(here);
    }
  }

  private static void read(List<Elements> from, double[] to) {
    int at = 0;
    for (Elements elements : from) {
      double[] part = elements.toArray();
      System.arraycopy(part, 0, to, at, part.length);
      at += part.length;
    }
  }

  private void write(double[] point) {
    int at = 0;
    for (Elements elements : values) {
      double[] part = new double[elements.size()];
      System.arraycopy(point, at, part, 0, part.length);
      elements.put(0, part, part.length);
      at += part.length;
    }
  }
}
