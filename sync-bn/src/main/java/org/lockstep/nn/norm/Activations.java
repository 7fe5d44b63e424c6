package org.lockstep.nn.norm;

import java.nio.Buffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The arrays that a norm layer keeps for inputs of one shape. */
final class Activations<B extends Buffer> implements AutoCloseable {
  private final long[] shape;
  private final int rows;
  private final InputPort<B> x;
  private final InputPort<B> dy;
  private final OutputPort<B> y;
  private final OutputPort<B> dx;

  Activations(long[] shape, int channels, Layout layout, NormKernel<B> kernel) {
    this.shape = shape.clone();
    rows = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact) / channels);
    x = new InputPort<>(layout, kernel);
    dy = new InputPort<>(layout, kernel);
    y = new OutputPort<>(layout, kernel, this.shape);
    dx = new OutputPort<>(layout, kernel, this.shape);
  }

  boolean fits(INDArray array) {
    return Arrays.equals(shape, array.shape());
  }

  /** N, which may be 0. */
  int samples() {
    return (int) shape[0];
  }

  /** N times the size of space. */
  int rows() {
    return rows;
  }

  B x(INDArray array) {
    return x.read(array);
  }

  /**
   * The rows of the gradient.
   *
   * @throws IllegalArgumentException unless it has the shape of the input, naming {@code layer}
   */
  B dy(String layer, INDArray array) {
    if (!fits(array)) {
      throw new IllegalArgumentException(
          layer
              + ": expected a gradient of the output's shape "
              + (Arrays.toString(shape) + ", found " + Arrays.toString(array.shape())));
    }
    return dy.read(array);
  }

  OutputPort<B> y() {
    return y;
  }

  OutputPort<B> dx() {
    return dx;
  }

  @Override
  public void close() {
    x.close();
    dy.close();
    y.close();
    dx.close();
  }
}
