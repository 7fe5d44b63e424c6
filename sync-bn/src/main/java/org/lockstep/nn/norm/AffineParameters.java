package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;

/**
 * A norm layer's gamma and beta, one of each a channel; fixed at 1 and 0 where it is not affine.
 * What they are applied to may be corrected: y = gamma·(r·xhat + d) + beta.
 */
final class AffineParameters implements AutoCloseable {
  private final List<Parameter> parameters;
  private final double[] gamma;
  private final double[] beta;
  private final double[] r;
  private final double[] d;
  private final List<Elements> values;
  private final List<Elements> gradients;
  private final double[] dGamma;

  /**
   * @param layer names the parameters {@code <layer>.weight} and {@code <layer>.bias}
   * @param precision of the layer's activations
   * @param gradientIsGlobal whether the gradients that are written are sums over all ranks
   */
  AffineParameters(
      String layer, int channels, boolean affine, Precision precision, boolean gradientIsGlobal) {
    gamma = new double[channels];
    beta = new double[channels];
    r = new double[channels];
    d = new double[channels];
    dGamma = new double[channels];
    Arrays.fill(gamma, 1);
    Arrays.fill(r, 1);
    parameters =
        affine
            ? Stream.of("weight", "bias")
                .map(name -> parameter(layer + "." + name, precision, gradientIsGlobal))
                .toList()
            : List.of();
    values = parameters.stream().map(Parameter::value).map(Elements::of).toList();
    gradients = parameters.stream().map(Parameter::gradient).map(Elements::of).toList();
    if (affine) {
      values.get(0).put(0, gamma, channels);
    }
  }

  private Parameter parameter(String name, Precision precision, boolean gradientIsGlobal) {
    Precision own = precision.ofParameters();
    return new Parameter(
        name, own.allocate(gamma.length), own.allocate(gamma.length), gradientIsGlobal);
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** Reads the values that the optimizer left; before every forward pass. */
  void read() {
    if (!parameters.isEmpty()) {
      values.get(0).get(0, gamma, gamma.length);
      values.get(1).get(0, beta, beta.length);
    }
  }

  /** Says how xhat is corrected in a channel, from now on; r is 1 and d 0 at first. */
  void correct(int channel, double r, double d) {
    this.r[channel] = r;
    this.d[channel] = d;
  }

  /** What xhat is multiplied by. */
  double gamma(int channel) {
    return gamma[channel] * r[channel];
  }

  /** What is added to that. */
  double beta(int channel) {
    return beta[channel] + gamma[channel] * d[channel];
  }

  /**
   * Writes the gradients.
   *
   * @param sums {@code [Σdy × C, Σdy·xhat × C]}
   */
  void writeGradients(double[] sums) {
    if (parameters.isEmpty()) {
      return;
    }
    for (int c = 0; c < gamma.length; c++) {
      dGamma[c] = r[c] * sums[gamma.length + c] + d[c] * sums[c];
    }
    gradients.get(0).put(0, dGamma, gamma.length);
    gradients.get(1).put(0, sums, gamma.length);
  }

  @Override
  public void close() {
    for (Parameter parameter : parameters) {
      parameter.value().close();
      parameter.gradient().close();
    }
  }
}
