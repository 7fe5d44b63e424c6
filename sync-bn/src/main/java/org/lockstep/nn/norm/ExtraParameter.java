package org.lockstep.nn.norm;

import java.util.Arrays;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;

/** What a norm layer trains beside gamma and beta, in double while the layer computes. */
final class ExtraParameter implements AutoCloseable {
  /** As the last forward pass read it. */
  final double[] value;

  /** Of this rank's samples; what {@link #write} writes. */
  final double[] gradient;

  private final Parameter parameter;
  private final Elements values;
  private final Elements gradients;

  /**
   * @param name in full
   * @param initial value of all its elements
   * @param precision of the layer's activations
   */
  ExtraParameter(String name, int size, double initial, Precision precision) {
    Precision own = precision.ofParameters();
    value = new double[size];
    gradient = new double[size];
    parameter = new Parameter(name, own.allocate(size), own.allocate(size), false);
    values = Elements.of(parameter.value());
    gradients = Elements.of(parameter.gradient());
    Arrays.fill(value, initial);
    values.put(0, value, size);
  }

  Parameter parameter() {
    return parameter;
  }

  /** Reads what the optimizer left; before every forward pass. */
  void read() {
    values.get(0, value, value.length);
  }

  /** Writes the gradient. */
  void write() {
    gradients.put(0, gradient, gradient.length);
  }

  @Override
  public void close() {
    parameter.value().close();
    parameter.gradient().close();
  }
}
