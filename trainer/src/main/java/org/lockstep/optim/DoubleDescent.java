package org.lockstep.optim;

import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;

/** The rule of {@link Sgd} for one float64 parameter; it serves checks. */
final class DoubleDescent {
  private final Elements values;
  private final Elements gradients;
  private final double[] velocity;
  private final double momentum;
  private final double weightDecay;
  private final boolean nesterov;

  DoubleDescent(Parameter parameter, double momentum, double weightDecay, boolean nesterov) {
    values = Elements.of(parameter.value());
    gradients = Elements.of(parameter.gradient());
    velocity = new double[values.size()];
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    this.nesterov = nesterov;
  }

  void step(double rate) {
    double[] p = values.toArray();
    double[] gradient = gradients.toArray();
    for (int i = 0; i < p.length; i++) {
      double g = gradient[i] + weightDecay * p[i];
      velocity[i] = momentum * velocity[i] + g;
      p[i] -= rate * (nesterov ? g + momentum * velocity[i] : velocity[i]);
    }
    values.put(0, p, p.length);
  }
}
