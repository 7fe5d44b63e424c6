package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import org.lockstep.nn.Differences;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every layer in float64, against differences and against itself in float32. */
@Timeout(120)
class DoubleLayersTest {
  /** Small beside the gaps between random values, so that no maximum changes its place. */
  private static final double STEP = 1e-6;

  /** Half the distance from 1 to the next float. */
  private static final double UNIT = Math.pow(2, -24);

  static Stream<Case> cases() {
    return Stream.of(
        new Case("conv", 2, new Shape(6, 7, 3), conv(5, 3, 1, 1, true, true)),
        new Case("conv without a bias", 2, new Shape(5, 5, 4), conv(3, 3, 1, 0, false, true)),
        new Case("conv with a stride", 3, new Shape(7, 6, 3), conv(4, 3, 2, 1, true, true)),
        new Case("conv of partial windows", 2, new Shape(6, 6, 2), conv(3, 3, 2, 0, true, true)),
        new Case("conv of one channel", 2, new Shape(6, 7, 1), conv(4, 3, 1, 1, false, true)),
        new Case("conv 1x1 with a stride", 2, new Shape(4, 5, 3), conv(6, 1, 2, 0, false, true)),
        new Case("conv on a pixel", 2, new Shape(1, 1, 4), conv(3, 3, 1, 1, true, true)),
        new Case("first conv", 2, new Shape(5, 5, 2), conv(3, 3, 1, 1, true, false)),
        new Case("dense from images", 3, new Shape(3, 2, 4), dense(7, true, true)),
        new Case("dense from vectors", 3, Shape.features(9), dense(4, true, true)),
        new Case("dense without a bias", 1, Shape.features(5), dense(3, false, true)),
        new Case("first dense", 2, new Shape(2, 3, 2), dense(3, true, false)),
        new Case("max pool", 2, new Shape(5, 7, 3), (in, p) -> new MaxPool2d("pool", in, 2, p)),
        new Case("max pool 3x3", 2, new Shape(6, 6, 2), (in, p) -> new MaxPool2d("pool", in, 3, p)),
        new Case("mean", 3, new Shape(3, 5, 4), (in, p) -> new GlobalAveragePool("gap", in, p)),
        new Case("relu", 2, new Shape(3, 4, 5), (in, p) -> new Relu("relu", in, p)),
        new Case("relu of vectors", 2, Shape.features(6), (in, p) -> new Relu("relu", in, p)));
  }

  private static Maker conv(
      int channels, int kernel, int stride, int pad, boolean bias, boolean inputGradient) {
    return (in, p) -> new Conv2d("conv", in, channels, kernel, stride, pad, bias, inputGradient, p);
  }

  private static Maker dense(int outputs, boolean bias, boolean inputGradient) {
    return (in, p) -> new Dense("fc", in, outputs, bias, inputGradient, p);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backward_inFloat64_equalsDifferences(Case c) {
    try (PlannedLayer layer = c.make(FLOAT64)) {
      INDArray x = c.batch(FLOAT64);
      INDArray y = layer.forward(x, Pass.training(0));
      INDArray dy = random(FLOAT64, 2, y.shape());
      INDArray dx = layer.backward(dy);
      if (dx.isEmpty()) {
        assertThat(dx.shape()).isEqualTo(WeightedLayer.withoutSamples(x.shape()));
      } else {
        assertThat(dx.shape()).isEqualTo(x.shape());
        assertThat(Differences.largestRelative(values(dx), differences(layer, x, x, dy)))
            .isLessThan(1e-6);
      }
      List<Parameter> parameters = layer.parameters();
      List<double[]> gradients = parameters.stream().map(p -> values(p.gradient())).toList();
      for (int i = 0; i < parameters.size(); i++) {
        double[] expected = differences(layer, x, parameters.get(i).value(), dy);
        assertThat(Differences.largestRelative(gradients.get(i), expected)).isLessThan(1e-6);
      }
    }
  }

  /** The gradient of {@code sum(dy * y)} with respect to {@code at}. */
  private static double[] differences(PlannedLayer layer, INDArray x, INDArray at, INDArray dy) {
    return Differences.gradient(
        () -> product(layer.forward(x, Pass.training(0)), dy), Elements.of(at), STEP);
  }

  private static double product(INDArray a, INDArray b) {
    double[] left = values(a);
    double[] right = values(b);
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void passes_inFloat32_equalFloat64WithinRounding(Case c) {
    try (PlannedLayer single = c.make(FLOAT32);
        PlannedLayer exact = c.make(FLOAT64)) {
      List<double[]> found = passes(c, single, FLOAT32);
      List<double[]> expected = passes(c, exact, FLOAT64);
      for (int i = 0; i < found.size(); i++) {
        assertThat(Differences.largestRelative(found.get(i), expected.get(i)))
            .isLessThan(16 * UNIT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void passes_whenTheBatchSizeGoesBackAndForth_areBitIdenticalToFreshOnes(Case c) {
    try (PlannedLayer layer = c.make(FLOAT64)) {
      for (int n : new int[] {2, 5, 0, 2, 1, 5, 2}) {
        try (PlannedLayer fresh = c.make(FLOAT64)) {
          List<double[]> expected = passes(c.of(n), fresh, FLOAT64);
          List<double[]> found = passes(c.of(n), layer, FLOAT64);
          for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i)).isEqualTo(expected.get(i));
          }
        }
      }
    }
  }

  /** y, dx and the gradients. */
  private static List<double[]> passes(Case c, PlannedLayer layer, Precision precision) {
    List<double[]> results = new ArrayList<>();
    INDArray y = layer.forward(c.batch(precision), Pass.training(0));
    results.add(values(y));
    results.add(values(layer.backward(random(precision, 2, y.shape()))));
    layer.parameters().forEach(p -> results.add(values(p.gradient())));
    return results;
  }

  @Test
  void maxPool_ofEqualValues_givesTheFirstTheGradient() {
    try (MaxPool2d layer = new MaxPool2d("pool", new Shape(2, 2, 1), 2, FLOAT64)) {
      layer.forward(array(FLOAT64, new double[] {0, 1, 1, 1}, 1, 2, 2, 1), Pass.training(0));
      INDArray dx = layer.backward(array(FLOAT64, new double[] {5}, 1, 1, 1, 1));
      assertThat(values(dx)).containsExactly(0, 5, 0, 0);
    }
  }

  @Test
  void relu_ofNotANumber_isNotANumber() {
    try (Relu layer = new Relu("relu", Shape.features(2), FLOAT64)) {
      INDArray x = array(FLOAT64, new double[] {Double.NaN, 0}, 1, 2);
      INDArray y = layer.forward(x, Pass.training(0));
      assertThat(values(y)).containsExactly(Double.NaN, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void passes_ofTheOtherPrecision_areRefused(Case c) {
    try (PlannedLayer single = c.make(FLOAT32);
        PlannedLayer exact = c.make(FLOAT64)) {
      assertThatThrownBy(() -> exact.forward(c.batch(FLOAT32), Pass.training(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(exact.name() + ": expected float64 values, found FLOAT");
      INDArray y = single.forward(c.batch(FLOAT32), Pass.training(0));
      assertThatThrownBy(() -> single.backward(random(FLOAT64, 2, y.shape())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(single.name() + ": expected float32 values, found DOUBLE");
    }
  }

  private static double[] values(INDArray array) {
    return Elements.of(array).toArray();
  }

  private static INDArray random(Precision precision, long seed, long... shape) {
    return array(
        precision, Oracle.random(seed, Arrays.stream(shape).reduce(1, (a, b) -> a * b)), shape);
  }

  private static INDArray array(Precision precision, double[] values, long... shape) {
    INDArray array = precision.allocate(shape);
    Elements.of(array).put(0, values, values.length);
    return array;
  }

  private interface Maker {
    PlannedLayer make(Shape in, Precision precision);
  }

  /** A layer to be, with parameters that are float32 numbers, and a batch of such numbers. */
  private record Case(String name, int n, Shape in, Maker maker) {
    PlannedLayer make(Precision precision) {
      PlannedLayer layer = maker.make(in, precision);
      for (Parameter parameter : layer.parameters()) {
        double[] values = Oracle.random(7, parameter.value().length());
        Elements.of(parameter.value()).put(0, values, values.length);
      }
      return layer;
    }

    Case of(int samples) {
      return new Case(name, samples, in, maker);
    }

    INDArray batch(Precision precision) {
      return in.height() * in.width() == 1 && !name.contains("conv")
          ? random(precision, 1, n, in.channels())
          : random(precision, 1, n, in.height(), in.width(), in.channels());
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
