package org.lockstep.nn.norm;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The arrays that a norm layer keeps for inputs of one shape. */
final class Activations implements AutoCloseable {
  private final long[] shape;
  private final int rows;
  private final InputPort x;
  private final InputPort dy;
  private final OutputPort y;
  private final OutputPort dx;

  Activations(long[] shape, int channels, Layout layout) {
    this.shape = shape.clone();
    rows = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact) / channels);
    x = new InputPort(layout);
    dy = new InputPort(layout);
    y = new OutputPort(layout, this.shape);
    dx = new OutputPort(layout, this.shape);
  }

  boolean fits(INDArray array) {
    return Arrays.equals(shape, array.shape());
  }

  /** N, which may be 0. */
  int samples() {
    return (int) shape[0];
  }

  /** N·H·W. */
  int rows() {
    return rows;
  }

  FloatBuffer x(INDArray array) {
    return x.read(array);
  }

  /**
   * The rows of the gradient.
   *
   * @throws IllegalArgumentException unless it has the shape of the input, naming {@code layer}
   */
  FloatBuffer dy(String layer, INDArray array) {
    if (!fits(array)) {
      throw new IllegalArgumentException(
          layer
              + ": expected a gradient of the output's shape "
              + (Arrays.toString(shape) + ", found " + Arrays.toString(array.shape())));
    }
    return dy.read(array);
  }

  OutputPort y() {
    return y;
  }

  OutputPort dx() {
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
