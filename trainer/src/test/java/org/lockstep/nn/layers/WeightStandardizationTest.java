package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The gradients are in {@link DoubleLayersTest}. */
@Timeout(60)
class WeightStandardizationTest {
  private static final Shape IN = new Shape(5, 4, 3);
  private static final int CHANNELS = 4;
  private static final int FAN_IN = 3 * 3 * 3;
  private static final long WEIGHTS = (long) CHANNELS * FAN_IN;

  /** In every type: bf16 too standardizes the float32 weights before it rounds them. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void forwardAndBackward_equalThoseOfALayerThatHasTheStandardizedWeights(Precision precision) {
    double[] raw = Oracle.random(3, WEIGHTS);
    INDArray x = LayerCase.random(precision, 1, 2, 5, 4, 3);
    INDArray dy = LayerCase.random(precision, 2, 2, 5, 4, CHANNELS);
    try (Conv2d layer = conv(true, precision, raw);
        Conv2d plain = conv(false, precision, standardized(raw))) {
      double[] y = values(layer.forward(x, Pass.training(0)));
      assertThat(y).containsExactly(values(plain.forward(x, Pass.training(0))), within(1e-5));
      double[] dx = values(layer.backward(dy));
      assertThat(dx).containsExactly(values(plain.backward(dy)), within(1e-5));
      assertThat(values(layer.parameters().get(0).value())).containsExactly(raw);
      assertThat(layer.parameters()).hasSize(1);
    }
  }

  private static Conv2d conv(boolean standardized, Precision precision, double[] weights) {
    Conv2d layer = new Conv2d("conv", IN, CHANNELS, 3, 1, 1, false, standardized, true, precision);
    Elements.of(layer.parameters().get(0).value()).put(0, weights, weights.length);
    return layer;
  }

  private static double[] standardized(double[] raw) {
    double[] result = new double[raw.length];
    for (int i = 0; i < raw.length; i++) {
      int first = i / FAN_IN * FAN_IN;
      double sum = 0;
      double squares = 0;
      for (int k = first; k < first + FAN_IN; k++) {
        sum += raw[k] / FAN_IN;
        squares += raw[k] * raw[k] / FAN_IN;
      }
      result[i] = (raw[i] - sum) / Math.sqrt(squares - sum * sum);
    }
    return result;
  }

  private static double[] values(INDArray array) {
    return Elements.of(array).toArray();
  }

  @Test
  void passes_ofWeightsThatAreAllAlike_giveZeros() {
    double[] alike = new double[(int) WEIGHTS];
    Arrays.fill(alike, 0.25);
    try (Conv2d layer = conv(true, Precision.FLOAT32, alike)) {
      INDArray y =
          layer.forward(LayerCase.random(Precision.FLOAT32, 1, 2, 5, 4, 3), Pass.training(0));
      assertThat(values(y)).containsOnly(0);
      layer.backward(LayerCase.random(Precision.FLOAT32, 2, 2, 5, 4, CHANNELS));
      assertThat(Arrays.stream(values(layer.parameters().get(0).gradient())))
          .allMatch(Double::isFinite);
    }
  }

  @Test
  void constructor_ofKernelsOfOneWeight_saysThatThereIsNothingToStandardize() {
    assertThatThrownBy(
            () ->
                new Conv2d(
                    "conv1", new Shape(4, 4, 1), 2, 1, 1, 0, false, true, true, Precision.FLOAT32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("conv1: expected at least 2 weights a channel to standardize, found 1");
  }
}
