package org.lockstep.models;

import java.util.List;
import java.util.SplittableRandom;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;

/**
 * Uniform in ±1/sqrt(fan-in), weights and biases alike; that is what PyTorch's default for linear
 * and convolutional layers comes to (He et al. 2015 with a = sqrt(5)). Each parameter has a
 * generator of its own, made from the seed and the parameter's name: adding or leaving out a layer
 * or a bias changes no other parameter, so every norm and every world size starts alike.
 *
 * @param seed the run's
 */
record InitialWeights(long seed) {
  /**
   * Fills parameters in place.
   *
   * @param fanIn how many inputs an output is the weighted sum of
   */
  void fill(List<Parameter> parameters, int fanIn) {
    for (Parameter parameter : parameters) {
      double[] values = uniform(parameter, 1 / Math.sqrt(fanIn));
      Elements.of(parameter.value()).put(0, values, values.length);
    }
  }

  /** Float32 numbers, whatever the parameter's precision: so both start alike. */
  private double[] uniform(Parameter parameter, double bound) {
    long start = new SplittableRandom(seed).nextLong() ^ parameter.name().hashCode();
    SplittableRandom random = new SplittableRandom(start);
    double[] values = new double[(int) parameter.value().length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    return values;
  }
}
