package org.lockstep.nn.norm;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The arrays that a norm layer keeps for inputs of one shape. */
final class Activations<B> implements AutoCloseable {
  private final long[] shape;
  private final int rows;
  private final InputPort<B> x;
  private final InputPort<B> addend;
  private final InputPort<B> dy;
  private final OutputPort<B> y;
  private final OutputPort<B> dz;
  private final OutputPort<B> dx;

  Activations(long[] shape, int channels, Layout layout, ArrayMemory<B> arrays) {
    this.shape = shape.clone();
    rows = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact) / channels);
    x = new InputPort<>(layout, arrays);
    addend = new InputPort<>(layout, arrays);
    dy = new InputPort<>(layout, arrays);
    y = new OutputPort<>(layout, arrays, this.shape);
    dz = new OutputPort<>(layout, arrays, this.shape);
    dx = shape.length > 2 ? y : new OutputPort<>(layout, arrays, this.shape);
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
   * The rows of what is added to what is normalized.
   *
   * @throws IllegalArgumentException unless it has the shape of the input, naming {@code layer}
   */
  B addend(String layer, INDArray array) {
    requireShape(layer, "an addend of the input's", array);
    return addend.read(array);
  }

  /**
   * The rows of the gradient.
   *
   * @throws IllegalArgumentException unless it has the shape of the input, naming {@code layer}
   */
  B dy(String layer, INDArray array) {
    requireShape(layer, "a gradient of the output's", array);
    return dy.read(array);
  }

  private void requireShape(String layer, String what, INDArray array) {
    if (!fits(array)) {
      throw new IllegalArgumentException(
          "%s: expected %s shape %s, found %s"
              .formatted(layer, what, Arrays.toString(shape), Arrays.toString(array.shape())));
    }
  }

  OutputPort<B> y() {
    return y;
  }

  /** What a ReLU lets through of dy, which is also the gradient of the addend. */
  OutputPort<B> dz() {
    return dz;
  }

  /**
   * Takes the place of y, which nobody reads any more when it is written; but {@code [N, C]} may be
   * a network's logits, which are read after the backward pass.
   */
  OutputPort<B> dx() {
    return dx;
  }

  @Override
  public void close() {
    x.close();
    addend.close();
    dy.close();
    y.close();
    dz.close();
    dx.close();
  }
}
