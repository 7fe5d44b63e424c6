package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.nn.Precision.FLOAT32;
import static org.lockstep.nn.Precision.FLOAT64;

import java.util.ArrayList;
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

  static Stream<LayerCase> cases() {
    return Stream.concat(LayerCase.all(), LayerCase.standardized());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backward_inFloat64_equalsDifferences(LayerCase c) {
    try (PlannedLayer layer = c.make(FLOAT64)) {
      INDArray x = c.batch(FLOAT64);
      INDArray y = layer.forward(x, Pass.training(0));
      INDArray dy = LayerCase.random(FLOAT64, 2, y.shape());
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
  void passes_inFloat32_equalFloat64WithinRounding(LayerCase c) {
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
  void passes_whenTheBatchSizeGoesBackAndForth_areBitIdenticalToFreshOnes(LayerCase c) {
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
  private static List<double[]> passes(LayerCase c, PlannedLayer layer, Precision precision) {
    List<double[]> results = new ArrayList<>();
    INDArray y = layer.forward(c.batch(precision), Pass.training(0));
    results.add(values(y));
    results.add(values(layer.backward(LayerCase.random(precision, 2, y.shape()))));
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
  void passes_ofTheOtherPrecision_areRefused(LayerCase c) {
    try (PlannedLayer single = c.make(FLOAT32);
        PlannedLayer exact = c.make(FLOAT64)) {
      assertThatThrownBy(() -> exact.forward(c.batch(FLOAT32), Pass.training(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(exact.name() + ": expected float64 values, found FLOAT");
      INDArray y = single.forward(c.batch(FLOAT32), Pass.training(0));
      assertThatThrownBy(() -> single.backward(LayerCase.random(FLOAT64, 2, y.shape())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(single.name() + ": expected float32 values, found DOUBLE");
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
