package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lockstep.nn.Precision.BF16;
import static org.lockstep.nn.Precision.FLOAT32;
import static org.lockstep.nn.Precision.FLOAT64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.BFloat16;
import org.lockstep.nn.Elements;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every layer in bf16, against itself in float64 on the same numbers. */
@Timeout(120)
class BFloat16LayersTest {
  /** Half the distance from 1 to the next bf16 number, what rounding a result may be off. */
  private static final double HALF_ULP = Math.pow(2, -8);

  /** What sums in float32 may be off, in units of the largest result. */
  private static final double SUMS = 16 * Math.pow(2, -24);

  static Stream<LayerCase> cases() {
    return LayerCase.all();
  }

  /** Products of bf16 numbers are float32 numbers: only sums and results are rounded. */
  @ParameterizedTest
  @MethodSource("cases")
  void passes_ofBf16Numbers_equalFloat64WithinOneRounding(LayerCase c) {
    try (PlannedLayer narrow = rounded(c.make(BF16));
        PlannedLayer exact = rounded(c.make(FLOAT64))) {
      INDArray x = c.batch(BF16);
      INDArray y = narrow.forward(x, Pass.training(0));
      INDArray dy = LayerCase.random(BF16, 2, y.shape());
      INDArray dx = narrow.backward(dy);
      assertClose(y, exact.forward(wide(x), Pass.training(0)), HALF_ULP);
      assertClose(dx, exact.backward(wide(dy)), HALF_ULP);
      for (int i = 0; i < narrow.parameters().size(); i++) {
        INDArray gradient = narrow.parameters().get(i).gradient();
        assertThat(Precision.of(gradient)).isEqualTo(FLOAT32);
        assertClose(gradient, exact.parameters().get(i).gradient(), 0);
      }
    }
  }

  private static void assertClose(INDArray found, INDArray expected, double relative) {
    double[] actual = values(found);
    double[] exact = values(expected);
    assertThat(actual).hasSameSizeAs(exact);
    double largest = Arrays.stream(exact).map(Math::abs).max().orElse(0);
    for (int i = 0; i < exact.length; i++) {
      double tolerance = relative * Math.abs(exact[i]) + SUMS * largest;
      assertThat(actual[i]).as("element %d", i).isCloseTo(exact[i], within(tolerance));
    }
  }

  private static PlannedLayer rounded(PlannedLayer layer) {
    for (Parameter parameter : layer.parameters()) {
      double[] values = values(parameter.value());
      Arrays.setAll(values, i -> BFloat16.toFloat(BFloat16.of((float) values[i])));
      Elements.of(parameter.value()).put(0, values, values.length);
    }
    return layer;
  }

  private static INDArray wide(INDArray array) {
    return array(FLOAT64, values(array), array.shape());
  }

  /** The master weights are float32; what a pass reads of them is rounded to nearest. */
  @Test
  void forward_ofFloat32Weights_isThatOfTheNearestBf16Ones() {
    Shape in = new Shape(5, 5, 4);
    try (Conv2d layer = new Conv2d("conv", in, 3, 3, 1, 0, false, true, BF16)) {
      Elements weights = Elements.of(layer.parameters().get(0).value());
      double[] master = Oracle.random(7, weights.size());
      weights.put(0, master, master.length);
      INDArray x = LayerCase.random(BF16, 1, 2, 5, 5, 4);
      double[] y = values(layer.forward(x, Pass.training(0)));
      assertThat(weights.toArray()).isEqualTo(master);
      rounded(layer);
      assertThat(weights.toArray()).isNotEqualTo(master);
      assertThat(values(layer.forward(x, Pass.training(1)))).isEqualTo(y);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void passes_whenTheBatchSizeGoesBackAndForth_areBitIdenticalToFreshOnes(LayerCase c) {
    try (PlannedLayer layer = c.make(BF16)) {
      for (int n : new int[] {2, 5, 0, 2, 1, 5, 2}) {
        try (PlannedLayer fresh = c.make(BF16)) {
          List<double[]> expected = passes(c.of(n), fresh);
          List<double[]> found = passes(c.of(n), layer);
          for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i)).isEqualTo(expected.get(i));
          }
        }
      }
    }
  }

  /** y, dx and the gradients. */
  private static List<double[]> passes(LayerCase c, PlannedLayer layer) {
    List<double[]> results = new ArrayList<>();
    INDArray y = layer.forward(c.batch(BF16), Pass.training(0));
    results.add(values(y));
    results.add(values(layer.backward(LayerCase.random(BF16, 2, y.shape()))));
    layer.parameters().forEach(p -> results.add(values(p.gradient())));
    return results;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void passes_ofFloat32_areRefused(LayerCase c) {
    try (PlannedLayer layer = c.make(BF16)) {
      assertThatThrownBy(() -> layer.forward(c.batch(FLOAT32), Pass.training(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(layer.name() + ": expected bf16 values, found FLOAT");
      INDArray y = layer.forward(c.batch(BF16), Pass.training(0));
      assertThatThrownBy(() -> layer.backward(LayerCase.random(FLOAT32, 2, y.shape())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(layer.name() + ": expected bf16 values, found FLOAT");
    }
  }

  /** Of either sign: hardware makes negative ones. */
  @Test
  void relu_ofNotANumber_keepsItForwardAndBackward() {
    double[] x = {Double.NaN, -1, 2, 0, -0.0, Double.NEGATIVE_INFINITY};
    INDArray in = array(BF16, x, 1, x.length);
    for (short nan : new short[] {0x7fc0, (short) 0xffc0}) {
      HostMemory.shorts(in).put(0, nan);
      try (Relu layer = new Relu("relu", Shape.features(x.length), BF16)) {
        assertThat(values(layer.forward(in, Pass.training(0))))
            .containsExactly(Double.NaN, 0, 2, 0, 0, 0);
        INDArray dx = layer.backward(array(BF16, new double[] {1, 2, 3, 4, 5, 6}, 1, x.length));
        assertThat(values(dx)).containsExactly(Double.NaN, 0, 3, 0, 0, 0);
      }
    }
  }

  /** 1 + 2^-12 is no bf16 number. */
  @Test
  void forward_ofLogits_isNotRounded() {
    try (Dense layer = Dense.ofLogits("fc", Shape.features(2), 3, true, true, BF16)) {
      Elements.of(layer.parameters().get(0).value()).put(0, new double[] {1, 0x1p-12}, 2);
      INDArray y = layer.forward(array(BF16, new double[] {1, 1}, 1, 2), Pass.training(0));
      assertThat(Precision.of(y)).isEqualTo(FLOAT32);
      assertThat(values(y)).containsExactly(1 + 0x1p-12, 0, 0);
      INDArray dx = layer.backward(array(BF16, new double[] {3, 0, 0}, 1, 3));
      assertThat(Precision.of(dx)).isEqualTo(BF16);
      assertThat(values(dx)).containsExactly(3, 3 * 0x1p-12);
      INDArray none = layer.forward(BF16.allocate(0, 2), Pass.training(0));
      assertThat(Precision.of(none)).isEqualTo(FLOAT32);
      assertThat(none.shape()).containsExactly(0, 3);
    }
  }

  @Test
  void cast_thereAndBack_roundsToNearestEven() {
    double[] x = {1, 1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1.001p-8, -0x1p-126, Double.NaN};
    try (Cast cast = new Cast("input", FLOAT32, BF16)) {
      for (int n : new int[] {1, 0, 1}) {
        INDArray in = array(FLOAT32, n == 0 ? new double[0] : x, n, x.length);
        INDArray y = cast.forward(in, Pass.training(0));
        assertThat(Precision.of(y)).isEqualTo(BF16);
        assertThat(y.shape()).containsExactly(n, x.length);
        double[] expected = Arrays.stream(values(in)).map(v -> rounded(v)).toArray();
        assertThat(values(y)).isEqualTo(expected);
        INDArray back = cast.backward(y);
        assertThat(Precision.of(back)).isEqualTo(FLOAT32);
        assertThat(values(back)).isEqualTo(expected);
      }
    }
  }

  private static double rounded(double value) {
    return BFloat16.toFloat(BFloat16.of((float) value));
  }

  @Test
  void cast_ofTheRightPrecision_passesOn() {
    try (Cast cast = new Cast("logits", BF16, FLOAT32)) {
      INDArray logits = FLOAT32.allocate(2, 3);
      assertThat(cast.forward(logits, Pass.training(0))).isSameAs(logits);
      assertThat(Precision.of(cast.backward(logits))).isEqualTo(BF16);
    }
  }

  @Test
  void residual_ofBranches_isTheirSum() {
    Layer body = new Relu("relu", Shape.features(3), BF16);
    try (Residual block = new Residual("block", List.of(body), List.of())) {
      for (int n : new int[] {1, 0, 2, 1}) {
        double[] x = new double[3 * n];
        Arrays.setAll(x, i -> i % 3 - 1);
        double[] dy = new double[3 * n];
        Arrays.setAll(dy, i -> i + 1);
        INDArray y = block.forward(array(BF16, x, n, 3), Pass.training(0));
        assertThat(values(y)).isEqualTo(Arrays.stream(x).map(v -> v + Math.max(v, 0)).toArray());
        double[] dx = new double[3 * n];
        Arrays.setAll(dx, i -> x[i] > 0 ? 2 * dy[i] : dy[i]);
        assertThat(values(block.backward(array(BF16, dy, n, 3)))).isEqualTo(dx);
      }
    }
  }

  /** From 256 to 512 every second whole number is a bf16 number. */
  @Test
  void sum_betweenTwoNumbers_isTheNearestAndOnATieTheEvenOne() {
    INDArray a = array(BF16, new double[] {256, 258, 256, Double.NaN}, 4);
    INDArray b = array(BF16, new double[] {1, 1, 1.5, 1}, 4);
    try (Addition sum = new Addition()) {
      assertThat(values(sum.of(a, b))).containsExactly(256, 260, 258, Double.NaN);
      assertThat(values(sum.of(b, b))).containsExactly(2, 2, 3, 2);
    }
  }

  private static double[] values(INDArray array) {
    return Elements.of(array).toArray();
  }

  private static INDArray array(Precision precision, double[] values, long... shape) {
    INDArray array = precision.allocate(shape);
    Elements.of(array).put(0, values, values.length);
    return array;
  }
}
