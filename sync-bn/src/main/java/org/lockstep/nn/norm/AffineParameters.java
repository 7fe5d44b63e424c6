package org.lockstep.nn.norm;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A norm layer's gamma and beta, one of each a channel; fixed at 1 and 0 where it is not affine.
 */
final class AffineParameters implements AutoCloseable {
  private final List<Parameter> parameters;
  private final float[] gamma;
  private final float[] beta;
  private final FloatBuffer[] values;
  private final FloatBuffer[] gradients;

  /**
   * @param layer names the parameters {@code <layer>.weight} and {@code <layer>.bias}
   * @param gradientIsGlobal whether the gradients that are written are sums over all ranks
   */
  AffineParameters(String layer, int channels, boolean affine, boolean gradientIsGlobal) {
    gamma = new float[channels];
    beta = new float[channels];
    Arrays.fill(gamma, 1);
    parameters =
        affine
            ? List.of(
                parameter(layer + ".weight", gamma, gradientIsGlobal),
                parameter(layer + ".bias", beta, gradientIsGlobal))
            : List.of();
    values = buffers(parameters.stream().map(Parameter::value).toList());
    gradients = buffers(parameters.stream().map(Parameter::gradient).toList());
  }

  private static Parameter parameter(String name, float[] initial, boolean gradientIsGlobal) {
    INDArray value = HostMemory.allocate(initial.length);
    HostMemory.floats(value).put(0, initial);
    return new Parameter(name, value, HostMemory.allocate(initial.length), gradientIsGlobal);
  }

  private static FloatBuffer[] buffers(List<INDArray> arrays) {
    return arrays.stream().map(HostMemory::floats).toArray(FloatBuffer[]::new);
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** Reads the values that the optimizer left; before every forward pass. */
  void read() {
    if (!parameters.isEmpty()) {
      values[0].get(0, gamma);
      values[1].get(0, beta);
    }
  }

  double gamma(int channel) {
    return gamma[channel];
  }

  double beta(int channel) {
    return beta[channel];
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
      gradients[0].put(c, (float) sums[gamma.length + c]);
      gradients[1].put(c, (float) sums[c]);
    }
  }

  @Override
  public void close() {
    for (Parameter parameter : parameters) {
      parameter.value().close();
      parameter.gradient().close();
    }
  }
}
