package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.nn.Precision.FLOAT32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(60)
class Conv2dTest {
  @ParameterizedTest
  @CsvSource({
    // n, height, width, channels, outChannels, kernel, stride, pad, bias
    "1, 5, 5,  1,  1, 3, 1, 0, false",
    "2, 6, 7,  1, 16, 3, 1, 1, false",
    "5, 7, 6,  3,  5, 3, 2, 1, true",
    "2, 6, 6,  3, 17, 3, 2, 0, true",
    "1, 7, 7,  2,  3, 5, 1, 0, true",
    "2, 4, 4, 16, 32, 3, 2, 1, false",
    "3, 4, 5, 20,  6, 1, 2, 0, true",
    "2, 1, 1,  4,  3, 3, 1, 1, true",
  })
  void passes_onOddShapes_equalPlainLoops(
      int n,
      int height,
      int width,
      int channels,
      int out,
      int kernel,
      int stride,
      int pad,
      boolean bias) {
    Shape in = new Shape(height, width, channels);
    try (Conv2d layer = new Conv2d("conv", in, out, kernel, stride, pad, bias, true, FLOAT32)) {
      LinearCase.Loops loops =
          (x, weight, b) -> loops(n, in, layer.outputShape(), kernel, stride, pad, x, weight, b);
      LinearCase.check(layer, loops, n, height, width, channels);
    }
  }

  @Test
  void outputShape_ofPartialWindow_isRoundedDown() {
    try (Conv2d layer =
        new Conv2d("conv", new Shape(28, 27, 1), 16, 3, 2, 0, false, true, FLOAT32)) {
      assertThat(layer.outputShape()).isEqualTo(new Shape((28 - 3) / 2 + 1, (27 - 3) / 2 + 1, 16));
      assertThat(layer.fanIn()).isEqualTo(3 * 3);
    }
  }

  @Test
  void backward_withoutInputGradient_returnsEmptyArray() {
    try (Conv2d layer = new Conv2d("conv", new Shape(5, 5, 2), 3, 3, 1, 1, false, false, FLOAT32)) {
      INDArray y = layer.forward(Oracle.array(Oracle.random(1, 100), 2, 5, 5, 2), Pass.training(0));
      INDArray dx = layer.backward(Oracle.array(Oracle.random(2, y.length()), y.shape()));
      assertThat(dx.shape()).containsExactly(0, 5, 5, 2);
      assertThat(layer.parameters().get(0).gradient().sumNumber().doubleValue()).isNotZero();
    }
  }

  @Test
  void constructor_whereKernelIsLargerThanImage_saysSo() {
    assertThatThrownBy(
            () ->
                new Conv2d("conv2", new Shape(1, 1, 20), 50, 3, 1, 0, false, true, FLOAT32).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "conv2: kernel 3x3 does not fit its input 1x1x20 with padding 0;"
                + " choose a larger image or another model");
  }

  @Test
  void forward_ofOtherShape_saysWhatIsExpected() {
    try (Conv2d layer = new Conv2d("conv1", new Shape(5, 5, 2), 3, 3, 1, 1, false, true, FLOAT32)) {
      assertThatThrownBy(
              () -> layer.forward(Oracle.array(new double[50], 2, 5, 5, 1), Pass.training(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("conv1: expected a batch of 5x5x2, found shape [2, 5, 5, 1]");
    }
  }

  /**
   * y[n, i, j, o] = bias[o] + sum over r, s, c of x[n, i * stride + r - pad, ..., c] w[o, c, r, s].
   */
  private static double[] loops(
      int n,
      Shape in,
      Shape out,
      int kernel,
      int stride,
      int pad,
      double[] x,
      double[] weight,
      double[] bias) {
    double[] y = new double[n * out.size()];
    for (int at = 0; at < y.length; at++) {
      int o = at % out.channels();
      int column = at / out.channels() % out.width();
      int row = at / out.channels() / out.width() % out.height();
      int sample = at / out.size();
      y[at] = bias.length == 0 ? 0 : bias[o];
      for (int r = Math.max(0, pad - row * stride); r < kernel; r++) {
        for (int s = Math.max(0, pad - column * stride); s < kernel; s++) {
          int h = row * stride + r - pad;
          int w = column * stride + s - pad;
          for (int c = 0; c < in.channels() && h < in.height() && w < in.width(); c++) {
            y[at] +=
                x[((sample * in.height() + h) * in.width() + w) * in.channels() + c]
                    * weight[((o * in.channels() + c) * kernel + r) * kernel + s];
          }
        }
      }
    }
    return y;
  }
}
