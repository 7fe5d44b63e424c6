package org.lockstep.nn.layers;

import static org.lockstep.nn.Precision.FLOAT32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.nn.Shape;

@Timeout(60)
class DenseTest {
  @ParameterizedTest
  @CsvSource({
    // n, height, width, channels, outputs, bias
    "1, 1, 1,  3,  1, true",
    "2, 1, 1, 64, 10, true",
    "5, 3, 2,  4,  7, true",
    "2, 4, 4, 17, 33, false",
  })
  void passes_onImages_flattenThemByChannelFirst(
      int n, int height, int width, int channels, int outputs, boolean bias) {
    Shape in = new Shape(height, width, channels);
    try (Dense layer = new Dense("fc", in, outputs, bias, true, FLOAT32)) {
      LinearCase.check(
          layer, (x, weight, b) -> loops(n, in, outputs, x, weight, b), n, height, width, channels);
    }
  }

  @Test
  void passes_onVectors_equalPlainLoops() {
    Shape in = Shape.features(19);
    try (Dense layer = new Dense("fc", in, 5, true, true, FLOAT32)) {
      LinearCase.check(layer, (x, weight, b) -> loops(3, in, 5, x, weight, b), 3, 19);
    }
  }

  /** y[n, o] = bias[o] + sum over c, h, w of x[n, h, w, c] weight[o, (c H + h) W + w]. */
  private static double[] loops(
      int n, Shape in, int outputs, double[] x, double[] weight, double[] bias) {
    double[] y = new double[n * outputs];
    int pixels = in.height() * in.width();
    for (int at = 0; at < y.length; at++) {
      int o = at % outputs;
      y[at] = bias.length == 0 ? 0 : bias[o];
      for (int pixel = 0; pixel < pixels; pixel++) {
        for (int c = 0; c < in.channels(); c++) {
          y[at] +=
              x[(at / outputs * pixels + pixel) * in.channels() + c]
                  * weight[(o * in.channels() + c) * pixels + pixel];
        }
      }
    }
    return y;
  }
}
