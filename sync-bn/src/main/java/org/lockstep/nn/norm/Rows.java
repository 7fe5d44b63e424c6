package org.lockstep.nn.norm;

import java.nio.Buffer;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The batch that a norm layer works on, as rows of channels: the layer's arrays for it and the
 * kernel of its precision. The layer says which statistics, this says where the values are.
 *
 * @param <B> the memory of an array
 */
final class Rows<B extends Buffer> implements AutoCloseable {
  private final String layer;
  private final NormKernel<B> kernel;
  private final ShapeCache<B> shapes;
  private @Nullable Activations<B> current;
  private @Nullable B x;
  private @Nullable B dy;

  private Rows(String layer, NormKernel<B> kernel, int channels, Layout layout) {
    this.layer = layer;
    this.kernel = kernel;
    shapes = new ShapeCache<>(layer, channels, layout, kernel);
  }

  /**
   * The rows of a new layer.
   *
   * @param layer its name, for messages
   * @param relu whether max(0, ·) follows
   */
  static Rows<?> of(String layer, int channels, Precision precision, Layout layout, boolean relu) {
    return with(layer, NormKernel.of(channels, precision, relu), channels, layout);
  }

  private static <B extends Buffer> Rows<B> with(
      String layer, NormKernel<B> kernel, int channels, Layout layout) {
    return new Rows<>(layer, kernel, channels, layout);
  }

  /**
   * Takes a batch in.
   *
   * @throws IllegalArgumentException if it is none of this layer's channels and precision
   */
  void input(INDArray array) {
    check(array);
    current = shapes.activations(array);
    x = current.x(array);
  }

  /** N, which may be 0. */
  int samples() {
    return current().samples();
  }

  /** N times the size of space. */
  int count() {
    return current().rows();
  }

  void measure(int firstRow, int rows, double[] moments) {
    kernel.measure(x(), firstRow, rows, moments);
  }

  void set(int c, double mean, double inverseStd, double gamma, double beta) {
    kernel.set(c, mean, inverseStd, gamma, beta);
  }

  void ready(int rows) {
    kernel.ready(rows);
  }

  void normalize(int firstRow, int rows) {
    kernel.normalize(x(), current().y().memory(), firstRow, rows);
  }

  /** What {@link #normalize} wrote. */
  INDArray output() {
    return current().y().publish();
  }

  /**
   * Takes in the gradient that belongs to the latest batch.
   *
   * @throws IllegalArgumentException unless it has the output's shape and precision
   */
  void gradient(INDArray array) {
    check(array);
    dy = current().dy(layer, array);
  }

  private void check(INDArray array) {
    if (array.wasClosed()) {
      throw new IllegalStateException(layer + ": expected an open array, found one that is closed");
    }
    if (array.dataType() != kernel.precision().dataType()) {
      throw new IllegalArgumentException(
          layer + ": expected " + kernel.precision() + " values, found " + array.dataType());
    }
  }

  void gradientSums(int firstRow, int rows, double[] result) {
    kernel.gradientSums(x(), dy(), firstRow, rows, result);
  }

  void setGradient(int c, double a, double b) {
    kernel.setGradient(c, a, b);
  }

  void computeInputGradient(int firstRow, int rows) {
    kernel.gradientReady(rows);
    kernel.inputGradient(x(), dy(), current().dx().memory(), firstRow, rows);
  }

  /** What {@link #computeInputGradient} wrote. */
  INDArray inputGradient() {
    return current().dx().publish();
  }

  private Activations<B> current() {
    return present(current);
  }

  private B x() {
    return present(x);
  }

  private B dy() {
    return present(dy);
  }

  private <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(layer + ": backward was called before forward");
    }
    return part;
  }

  @Override
  public void close() {
    shapes.close();
    current = null;
    x = null;
    dy = null;
  }
}
