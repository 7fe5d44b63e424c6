package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.nn.Precision.FLOAT32;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ReLU and pooling against plain loops and their differences. */
@Timeout(60)
class UnaryLayerTest {
  /** Small beside the gaps between random values, so that no maximum changes its place. */
  private static final double STEP = 1e-7;

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 3, 5, 7", "5, 4, 4, 16"})
  void relu_onOddShapes_equalsPlainLoops(int n, int height, int width, int channels) {
    try (Relu layer = new Relu("relu", new Shape(height, width, channels), FLOAT32)) {
      check(
          layer,
          x -> Arrays.stream(x).map(v -> Math.max(v, 0)).toArray(),
          1,
          n,
          height,
          width,
          channels);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 2, 1, 2", "2, 5, 7, 3, 2", "5, 6, 6, 20, 3", "2, 4, 4, 16, 1"})
  void maxPool_onOddShapes_equalsPlainLoops(int n, int height, int width, int channels, int size) {
    Shape in = new Shape(height, width, channels);
    try (MaxPool2d layer = new MaxPool2d("pool", in, size, FLOAT32)) {
      check(layer, x -> maxima(x, n, in, size), 1, n, height, width, channels);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 3, 5, 7", "5, 4, 4, 64"})
  void globalAveragePool_onOddShapes_equalsPlainLoops(int n, int height, int width, int channels) {
    Shape in = new Shape(height, width, channels);
    try (GlobalAveragePool layer = new GlobalAveragePool("gap", in, FLOAT32)) {
      check(layer, x -> means(x, n, in), height * width, n, height, width, channels);
      assertThat(layer.outputShape()).isEqualTo(Shape.features(channels));
    }
  }

  @Test
  void relu_onVectors_keepsTheirShape() {
    try (Relu layer = new Relu("relu", Shape.features(3), FLOAT32)) {
      INDArray x = Oracle.array(new double[] {-1, 0, 2, 3, -0.5, 1}, 2, 3);
      assertThat(layer.forward(x, Pass.training(0)).shape()).containsExactly(2, 3);
      INDArray dx = layer.backward(Oracle.array(new double[] {1, 2, 3, 4, 5, 6}, 2, 3));
      assertThat(dx.shape()).containsExactly(2, 3);
      assertThat(Oracle.values(dx)).containsExactly(0, 0, 3, 4, 0, 6);
    }
  }

  @Test
  void maxPool_ofEqualValues_givesTheFirstTheGradient() {
    try (MaxPool2d layer = new MaxPool2d("pool", new Shape(2, 2, 1), 2, FLOAT32)) {
      layer.forward(Oracle.array(new double[] {0, 1, 1, 1}, 1, 2, 2, 1), Pass.training(0));
      INDArray dx = layer.backward(Oracle.array(new double[] {5}, 1, 1, 1, 1));
      assertThat(Oracle.values(dx)).containsExactly(0, 5, 0, 0);
    }
  }

  @Test
  void relu_ofTheLeastFloat_letsTheGradientThroughUnchanged() {
    try (Relu layer = new Relu("relu", Shape.features(4), FLOAT32)) {
      double[] x = {Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE};
      layer.forward(Oracle.array(x, 1, 4), Pass.training(0));
      INDArray dx = layer.backward(Oracle.array(new double[] {1e-30f, 3, 1e30f, -3}, 1, 4));
      assertThat(Oracle.values(dx)).containsExactly(1e-30f, 0f, 1e30f, -0f);
    }
  }

  @Test
  void forward_ofNotANumber_isNotANumber() {
    double[] x = new double[16];
    x[5] = Double.NaN;
    Shape in = new Shape(4, 4, 1);
    try (Relu relu = new Relu("relu", in, FLOAT32);
        GlobalAveragePool mean = new GlobalAveragePool("gap", in, FLOAT32)) {
      for (Layer layer : new Layer[] {relu, mean}) {
        float[] y = Oracle.values(layer.forward(Oracle.array(x, 1, 4, 4, 1), Pass.training(0)));
        assertThat(y).as(layer.name()).contains(Float.NaN);
      }
    }
  }

  @Test
  void passes_ofEmptyShard_areEmpty() {
    Shape in = new Shape(4, 4, 3);
    try (MaxPool2d pool = new MaxPool2d("pool", in, 2, FLOAT32);
        GlobalAveragePool mean = new GlobalAveragePool("gap", in, FLOAT32)) {
      INDArray x = Oracle.array(new double[0], 0, 4, 4, 3);
      assertThat(pool.forward(x, Pass.training(0)).shape()).containsExactly(0, 2, 2, 3);
      assertThat(mean.forward(x, Pass.training(0)).shape()).containsExactly(0, 3);
      INDArray dy = Oracle.array(new double[0], 0, 3);
      assertThat(mean.backward(dy).shape()).containsExactly(0, 4, 4, 3);
    }
  }

  @Test
  void constructor_whereWindowIsLargerThanImage_saysSo() {
    assertThatThrownBy(() -> new MaxPool2d("pool1", new Shape(1, 3, 20), 2, FLOAT32).close())
        .hasMessage(
            "pool1: window 2x2 does not fit its input 1x3x20 with padding 0;"
                + " choose a larger image or another model");
    assertThatThrownBy(() -> new MaxPool2d("pool1", new Shape(1, 3, 20), 0, FLOAT32).close())
        .hasMessageContaining("at least 1")
        .hasMessageContaining("found size 0");
  }

  private static void check(Layer layer, UnaryOperator<double[]> loops, int terms, long... xShape) {
    double[] x = Oracle.random(1, Arrays.stream(xShape).reduce(1, (a, b) -> a * b));
    for (int repeat = 0; repeat < 2; repeat++) {
      INDArray y = layer.forward(Oracle.array(x, xShape), Pass.training(repeat));
      double[] expected = loops.apply(x);
      Oracle.assertClose(y, expected, loops.apply(Oracle.magnitudes(x)), terms);
      double[] dy = Oracle.random(2, expected.length);
      INDArray dx = layer.backward(Oracle.array(dy, y.shape()));
      double[] gradient = Oracle.gradient(loops, x, dy, STEP);
      Oracle.assertClose(dx, gradient, Oracle.magnitudes(gradient), 1);
      assertThat(dx.shape()).containsExactly(xShape);
    }
  }

  private static double[] maxima(double[] x, int n, Shape in, int size) {
    int height = in.height() / size;
    int width = in.width() / size;
    double[] y = new double[n * height * width * in.channels()];
    Arrays.fill(y, Double.NEGATIVE_INFINITY);
    for (int at = 0; at < x.length; at++) {
      int c = at % in.channels();
      int w = at / in.channels() % in.width() / size;
      int h = at / in.channels() / in.width() % in.height() / size;
      if (h < height && w < width) {
        int to = ((at / in.size() * height + h) * width + w) * in.channels() + c;
        y[to] = Math.max(y[to], x[at]);
      }
    }
    return y;
  }

  private static double[] means(double[] x, int n, Shape in) {
    double[] y = new double[n * in.channels()];
    for (int at = 0; at < x.length; at++) {
      y[at / in.size() * in.channels() + at % in.channels()] += x[at] / (in.height() * in.width());
    }
    return y;
  }
}
