package org.lockstep.nn.norm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The batch that a norm layer works on, as rows of C values in double whatever the arrays'
 * precision: for norms that are more than the passes of a {@link NormKernel}. A sample is {@link
 * #space} rows, one after the other.
 */
final class DoubleRows implements AutoCloseable {
  private final String layer;
  private final int channels;
  private final Values arrays;
  private final ShapeCache<Elements> shapes;
  private @Nullable Activations<Elements> current;
  private @Nullable Elements x;
  private @Nullable Elements addend;
  private @Nullable Elements dy;

  private record Values(Precision precision) implements ArrayMemory<Elements> {
    @Override
    public Elements memory(INDArray array) {
      return Elements.of(array);
    }
  }

  DoubleRows(String layer, int channels, Precision precision, Layout layout) {
    this.layer = layer;
    this.channels = channels;
    arrays = new Values(precision);
    shapes = new ShapeCache<>(layer, channels, layout, arrays);
  }

  /**
   * Takes a batch in, and what shall be added to it.
   *
   * @throws IllegalArgumentException if it is none of this layer's channels and precision, or what
   *     is added is of another shape or precision
   */
  void input(INDArray array, @Nullable INDArray added) {
    arrays.check(layer, array);
    current = shapes.activations(array);
    x = current.x(array);
    addend = null;
    if (added != null) {
      arrays.check(layer, added);
      addend = current.addend(layer, added);
    }
  }

  /**
   * Takes in the gradient that belongs to the latest batch.
   *
   * @throws IllegalArgumentException unless it has the output's shape and precision
   */
  void gradient(INDArray array) {
    arrays.check(layer, array);
    dy = current().dy(layer, array);
  }

  /** N, which may be 0. */
  int samples() {
    return current().samples();
  }

  /** Rows of a sample. */
  int space() {
    return current().rows() / Math.max(1, samples());
  }

  void readX(int row, double[] to) {
    present(x).get(row * channels, to, channels);
  }

  /** Zeros where nothing is added. */
  void readAddend(int row, double[] to) {
    if (addend == null) {
      Arrays.fill(to, 0);
    } else {
      addend.get(row * channels, to, channels);
    }
  }

  void readDy(int row, double[] to) {
    present(dy).get(row * channels, to, channels);
  }

  void writeY(int row, double[] from) {
    current().y().memory().put(row * channels, from, channels);
  }

  void writeDx(int row, double[] from) {
    current().dx().memory().put(row * channels, from, channels);
  }

  void writeAddendGradient(int row, double[] from) {
    if (addend != null) {
      current().dz().memory().put(row * channels, from, channels);
    }
  }

  INDArray output() {
    return current().y().publish();
  }

  INDArray inputGradient() {
    return current().dx().publish();
  }

  INDArray addendGradient() {
    return current().dz().publish();
  }

  private Activations<Elements> current() {
    return present(current);
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
  }
}
