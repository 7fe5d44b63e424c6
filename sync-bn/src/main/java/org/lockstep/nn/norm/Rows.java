package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The batch that a norm layer works on, as rows of channels: the layer's arrays for it and the
 * kernel of its precision. The layer says which statistics, this says where the values are.
 *
 * @param <B> the memory of an array
 */
final class Rows<B> implements AutoCloseable {
  private final String layer;
  private final NormKernel<B> kernel;
  private final ShapeCache<B> shapes;
  private final boolean relu;
  private @Nullable Activations<B> current;
  private @Nullable B x;
  private @Nullable B addend;
  private @Nullable B dy;
  private @Nullable INDArray addendGradient;

  private Rows(String layer, NormKernel<B> kernel, int channels, Layout layout, boolean relu) {
    this.layer = layer;
    this.kernel = kernel;
    this.relu = relu;
    shapes = new ShapeCache<>(layer, channels, layout, kernel);
  }

  /**
   * The rows of a new layer.
   *
   * @param layer its name, for messages
   * @param relu whether max(0, ·) follows
   */
  static Rows<?> of(String layer, int channels, Precision precision, Layout layout, boolean relu) {
    return with(layer, NormKernel.of(channels, precision), channels, layout, relu);
  }

  private static <B> Rows<B> with(
      String layer, NormKernel<B> kernel, int channels, Layout layout, boolean relu) {
    return new Rows<>(layer, kernel, channels, layout, relu);
  }

  /**
   * Takes a batch in, and what shall be added to it once it is normalized.
   *
   * @throws IllegalArgumentException if it is none of this layer's channels and precision, or what
   *     is added is of another shape or precision
   */
  void input(INDArray array, @Nullable INDArray added) {
    check(array);
    current = shapes.activations(array);
    x = current.x(array);
    addend = null;
    if (added != null) {
      check(added);
      addend = current.addend(layer, added);
    }
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
    kernel.normalize(x(), addend, relu, current().y().memory(), firstRow, rows);
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
    Activations<B> arrays = current();
    dy = arrays.dy(layer, array);
    addendGradient = array;
    if (addend != null && relu) {
      kernel.gate(arrays.y().memory(), dy(), arrays.dz().memory(), 0, count());
      dy = arrays.dz().memory();
      addendGradient = arrays.dz().publish();
    }
  }

  /** The gradient of what {@link #input} added. */
  INDArray addendGradient() {
    return present(addendGradient);
  }

  /** Whether the ReLU has still to be considered. */
  private boolean isGated() {
    return relu && addend == null;
  }

  private void check(INDArray array) {
    kernel.check(layer, array);
  }

  void gradientSums(int firstRow, int rows, double[] result) {
    kernel.gradientSums(x(), dy(), isGated(), firstRow, rows, result);
  }

  void setGradient(int c, double a, double b) {
    kernel.setGradient(c, a, b);
  }

  void computeInputGradient(int firstRow, int rows) {
    kernel.gradientReady(rows);
    kernel.inputGradient(x(), dy(), isGated(), current().dx().memory(), firstRow, rows);
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
    addend = null;
    dy = null;
    addendGradient = null;
  }
}
