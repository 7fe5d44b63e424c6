package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

@Timeout(60)
class PaddedShortcutTest {
  private static final Shape IN = new Shape(5, 4, 2);
  private static final int OUT = 6;
  private static final int PAD = (OUT - 2) / 2;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void forward_withStride2_keepsEverySecondPixelBetweenZeros(Precision precision) {
    try (PaddedShortcut shortcut = new PaddedShortcut("s", IN, OUT, 2, precision);
        INDArray x = counting(precision, 2, 5, 4, 2)) {
      INDArray y = shortcut.forward(x, Pass.training(0));
      assertThat(y.shape()).containsExactly(2, 3, 2, OUT);
      forEach(
          y.shape(),
          (n, h, w, c) -> {
            boolean inside = c >= PAD && c < PAD + 2;
            double expected = inside ? x.getDouble(n, 2 * h, 2 * w, c - PAD) : 0;
            assertThat(y.getDouble(n, h, w, c)).isEqualTo(expected);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void backward_ofAnyGradient_isTheTransposeOfForward(Precision precision) {
    try (PaddedShortcut shortcut = new PaddedShortcut("s", IN, OUT, 2, precision);
        INDArray x = counting(precision, 2, 5, 4, 2);
        INDArray dy = counting(precision, 2, 3, 2, OUT)) {
      shortcut.forward(x, Pass.training(0));
      INDArray dx = shortcut.backward(dy);
      assertThat(dx.shape()).containsExactly(x.shape());
      forEach(
          dx.shape(),
          (n, h, w, c) -> {
            boolean kept = h % 2 == 0 && w % 2 == 0;
            double expected = kept ? dy.getDouble(n, h / 2, w / 2, c + PAD) : 0;
            assertThat(dx.getDouble(n, h, w, c)).isEqualTo(expected);
          });
    }
  }

  @Test
  void passes_ofEmptyShard_areEmpty() {
    try (PaddedShortcut shortcut = new PaddedShortcut("s", IN, OUT, 2, Precision.FLOAT32)) {
      INDArray y = shortcut.forward(Precision.FLOAT32.allocate(0, 5, 4, 2), Pass.training(0));
      assertThat(y.shape()).containsExactly(0, 3, 2, OUT);
      assertThat(shortcut.backward(y).shape()).containsExactly(0, 5, 4, 2);
    }
  }

  @Test
  void shortcut_toFewerChannels_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PaddedShortcut.output("blocks.1.shortcut", IN, 1, 2))
        .withMessage(
            "blocks.1.shortcut: a shortcut that pads can only add channels, found 2 before and 1"
                + " behind it");
  }

  private static INDArray counting(Precision precision, long... shape) {
    INDArray array = precision.allocate(shape);
    Elements elements = Elements.of(array);
    double[] values = new double[elements.size()];
    Arrays.setAll(values, i -> i + 1);
    elements.put(0, values, values.length);
    return array;
  }

  private static void forEach(long[] shape, Index body) {
    for (int n = 0; n < shape[0]; n++) {
      for (int h = 0; h < shape[1]; h++) {
        for (int w = 0; w < shape[2]; w++) {
          for (int c = 0; c < shape[3]; c++) {
            body.accept(n, h, w, c);
          }
        }
      }
    }
  }

  private interface Index {
    void accept(int n, int h, int w, int c);
  }
}
