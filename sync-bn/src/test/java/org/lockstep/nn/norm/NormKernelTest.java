package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every kernel does at the edges of numbers and of rows. */
@Timeout(30)
class NormKernelTest {
  /** Every kernel there is. */
  private enum Kind {
    VECTORS(Precision.FLOAT32) {
      @Override
      NormKernel<?> kernel(int channels) {
        return new FloatNormKernel(new VectorPasses(channels));
      }
    },
    HEAP(Precision.FLOAT32) {
      @Override
      NormKernel<?> kernel(int channels) {
        return new FloatNormKernel(new HeapPasses(channels));
      }
    },
    DOUBLE(Precision.FLOAT64) {
      @Override
      NormKernel<?> kernel(int channels) {
        return new DoubleNormKernel(channels);
      }
    },
    BF16_VECTORS(Precision.BF16) {
      @Override
      NormKernel<?> kernel(int channels) {
        return new BFloat16NormKernel(new VectorPasses(channels), new VectorBFloat16Copies());
      }
    },
    BF16_HEAP(Precision.BF16) {
      @Override
      NormKernel<?> kernel(int channels) {
        return new BFloat16NormKernel(new HeapPasses(channels), new HeapBFloat16Copies());
      }
    };

    private final Precision precision;

    Kind(Precision precision) {
      this.precision = precision;
    }

    abstract NormKernel<?> kernel(int channels);
  }

  private static INDArray row(Precision precision, double... values) {
    INDArray array = precision.allocate(values.length, 1);
    Elements.of(array).put(0, values, values.length);
    return array;
  }

  /** y = max(0, x) of one channel. */
  private static double[] relu(Kind kind, double... x) {
    return relu(kind.kernel(1), x);
  }

  private static <B> double[] relu(NormKernel<B> kernel, double... x) {
    INDArray y = kernel.precision().allocate(x.length, 1);
    kernel.set(0, 0, 1, 1, 0);
    kernel.ready(x.length);
    kernel.normalize(
        kernel.memory(row(kernel.precision(), x)), null, true, kernel.memory(y), 0, x.length);
    return Batches.values(y);
  }

  /** The gradient of {@link #relu}. */
  private static double[] reluGradient(Kind kind, double dy, double... x) {
    return reluGradient(kind.kernel(1), dy, x);
  }

  private static <B> double[] reluGradient(NormKernel<B> kernel, double dy, double... x) {
    INDArray gradient = kernel.precision().allocate(x.length, 1).assign(dy);
    INDArray dx = kernel.precision().allocate(x.length, 1);
    kernel.set(0, 0, 1, 1, 0);
    kernel.ready(x.length);
    kernel.setGradient(0, 0, 0);
    kernel.gradientReady(x.length);
    kernel.inputGradient(
        kernel.memory(row(kernel.precision(), x)),
        kernel.memory(gradient),
        true,
        kernel.memory(dx),
        0,
        x.length);
    return Batches.values(dx);
  }

  private static double smallest(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> Float.MIN_VALUE;
      case FLOAT64 -> Double.MIN_VALUE;
      case BF16 -> 0x1p-133;
    };
  }

  private static double largest(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> Float.MAX_VALUE;
      case FLOAT64 -> Double.MAX_VALUE;
      case BF16 -> 0x1.fep127;
    };
  }

  @ParameterizedTest
  @EnumSource
  void normalize_withRelu_keepsNaN(Kind kind) {
    assertThat(relu(kind, Double.NaN, -1, 2)).containsExactly(Double.NaN, 0, 2);
  }

  @ParameterizedTest
  @EnumSource
  void inputGradient_withReluOfNaN_isNaNThereOnly(Kind kind) {
    double[] gradient = reluGradient(kind, 3, Double.NaN, -1, 2);
    assertThat(gradient).containsExactly(Double.NaN, 0, 3);
  }

  /** However small or large a positive value is, the ReLU is open. */
  @ParameterizedTest
  @EnumSource
  void inputGradient_withRelu_passesWhereTheOutputIsPositive(Kind kind) {
    double least = smallest(kind.precision);
    double most = largest(kind.precision);
    assertThat(reluGradient(kind, 3, least, most, Double.POSITIVE_INFINITY, 0, -least, -most))
        .startsWith(3, 3)
        .endsWith(0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource
  void passes_overSomeRows_leaveTheOthersAlone(Kind kind) {
    assertSomeRows(kind.kernel(1));
  }

  private static <B> void assertSomeRows(NormKernel<B> kernel) {
    B x = kernel.memory(row(kernel.precision(), 100, 1, 2, 100));
    B dy = kernel.memory(row(kernel.precision(), 100, 10, 20, 100));
    INDArray out = kernel.precision().allocate(4, 1).assign(7);
    kernel.set(0, 0, 1, 1, 0);
    kernel.ready(2);
    kernel.normalize(x, null, false, kernel.memory(out), 1, 2);
    assertThat(Batches.values(out)).containsExactly(7, 1, 2, 7);
    double[] sums = {1000, 2000};
    kernel.gradientSums(x, dy, false, 1, 2, sums);
    assertThat(sums).containsExactly(1000 + 10 + 20, 2000 + 1 * 10 + 2 * 20);
    double[] moments = new double[3];
    kernel.measure(x, 1, 2, moments);
    assertThat(moments).containsExactly(2, 1 + 2, 0.5);
    kernel.setGradient(0, 0, 0);
    kernel.gradientReady(2);
    kernel.inputGradient(x, dy, false, kernel.memory(out), 1, 2);
    assertThat(Batches.values(out)).containsExactly(7, 10, 20, 7);
  }

  /** x + 0.5 where that is above 0; what comes back goes to both summands. */
  @ParameterizedTest
  @EnumSource
  void normalize_withAddendAndRelu_cutsTheSum(Kind kind) {
    assertSum(kind.kernel(1));
  }

  private static <B> void assertSum(NormKernel<B> kernel) {
    double[] x = {-1, -0.25, 0, 3, Double.NaN};
    B half = kernel.memory(kernel.precision().allocate(x.length, 1).assign(0.5));
    INDArray y = kernel.precision().allocate(x.length, 1);
    INDArray dz = kernel.precision().allocate(x.length, 1);
    kernel.set(0, 0, 1, 1, 0);
    kernel.ready(x.length);
    B rows = kernel.memory(row(kernel.precision(), x));
    kernel.normalize(rows, half, false, kernel.memory(y), 0, x.length);
    assertThat(Batches.values(y)).containsExactly(-0.5, 0.25, 0.5, 3.5, Double.NaN);
    kernel.normalize(rows, half, true, kernel.memory(y), 0, x.length);
    assertThat(Batches.values(y)).containsExactly(0, 0.25, 0.5, 3.5, Double.NaN);
    kernel.gate(kernel.memory(y), half, kernel.memory(dz), 0, 4);
    assertThat(Batches.values(dz)).containsExactly(0, 0.5, 0.5, 0.5, 0);
  }

  /** The moments in float64 of rows of so many channels. */
  private static double[] moments(int channels, double... values) {
    DoubleNormKernel kernel = new DoubleNormKernel(channels);
    double[] moments = new double[2 * channels + 1];
    kernel.measure(DoubleBuffer.wrap(values), 0, values.length / channels, moments);
    return moments;
  }

  /** Squares about the first value would be 50 000 times as large as those about the mean. */
  @Test
  void measure_inFloat64WithAnOutlierInFront_keepsTheVarianceOfTheRest() {
    double outlier = 30;
    double rest = 0.1;
    double[] values = new double[100_001];
    Arrays.setAll(values, i -> i == 0 ? outlier : i % 2 == 0 ? rest : -rest);
    double n = values.length;
    double m2 = outlier * outlier * (n - 1) / n + rest * rest * (n - 1);
    assertThat(moments(1, values)[2]).isCloseTo(m2, within(2e-11 * m2));
  }

  /** The second channel's mean, 3/7 above the lowest of neighbouring doubles, is none of them. */
  @Test
  void measure_inFloat64OfNeighbouringNumbers_isExact() {
    double low = 9 * 0x1p49;
    double high = Math.nextUp(low);
    assertThat(high - low).isEqualTo(1);
    double[] values = {5, low, 5, high, 5, low, 5, high, 5, low, 5, high, 5, low};
    assertThat(moments(2, values))
        .containsExactly(7, 7 * 5, 7 * low + 4, 0, 3 - 9 / 7.0); // 7 low + 3 is no double
  }
}
