package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The gradients against central differences, in double, of the loss Σ dy·y by the formula of y. */
class GradientCheckTest {
  private static final int SAMPLES = 3;
  private static final int SPACE = 4;
  private static final int CHANNELS = 6;
  private static final double STEP = 1e-5;
  private static final double PRECISION = 1e-4;

  private final double[] x = Batches.values(batch(1));
  private final double[] dy = Batches.values(batch(2));
  private final double[] gamma = {1, -2, 0.5, 3, 1.5, -1};
  private final double[] beta = {0, 0.25, -0.5, 1, -1, 0.75};

  private static INDArray batch(long seed) {
    return Batches.random(seed, 0.5, 1, SAMPLES, SPACE, 1, CHANNELS);
  }

  @Test
  void batchNorm_gradients_equalDifferences() {
    try (Layer layer = BatchNorm.local("bn", CHANNELS, BatchNormConfig.DEFAULT)) {
      check(layer, false, i -> i % CHANNELS);
    }
  }

  @Test
  void batchNormWithRelu_gradients_equalDifferences() {
    try (Layer layer = BatchNorm.local("bn", CHANNELS, BatchNormConfig.DEFAULT.withRelu(true))) {
      check(layer, true, i -> i % CHANNELS);
    }
  }

  @Test
  void groupNormWithRelu_gradients_equalDifferences() {
    try (Layer layer = new GroupNorm("gn", CHANNELS, GroupNormConfig.of(2).withRelu(true))) {
      check(layer, true, i -> i / (SPACE * CHANNELS) * 2 + i % CHANNELS / 3);
    }
  }

  private void check(Layer layer, boolean relu, SetOf setOf) {
    fill(layer.parameters().get(0).value(), gamma);
    fill(layer.parameters().get(1).value(), beta);
    layer.forward(batch(1), Pass.training(0));
    double[] dx = Batches.values(layer.backward(batch(2)));
    assertThat(dx).containsExactly(differences(x, v -> loss(relu, setOf)), within(PRECISION));
    assertThat(Batches.values(layer.parameters().get(0).gradient()))
        .containsExactly(differences(gamma, v -> loss(relu, setOf)), within(PRECISION));
    assertThat(Batches.values(layer.parameters().get(1).gradient()))
        .containsExactly(differences(beta, v -> loss(relu, setOf)), within(PRECISION));
  }

  private static void fill(INDArray array, double[] values) {
    for (int i = 0; i < values.length; i++) {
      HostMemory.floats(array).put(i, (float) values[i]);
    }
  }

  private static double[] differences(double[] at, ToDoubleFunction<double[]> loss) {
    double[] gradient = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double middle = at[i];
      at[i] = middle + STEP;
      double above = loss.applyAsDouble(at);
      at[i] = middle - STEP;
      double below = loss.applyAsDouble(at);
      at[i] = middle;
      gradient[i] = (above - below) / (2 * STEP);
    }
    return gradient;
  }

  private double loss(boolean relu, SetOf setOf) {
    double[] count = new double[x.length];
    double[] mean = new double[x.length];
    double[] variance = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      count[setOf.of(i)]++;
      mean[setOf.of(i)] += x[i];
    }
    for (int i = 0; i < x.length; i++) {
      int set = setOf.of(i);
      variance[set] += Math.pow(x[i] - mean[set] / count[set], 2) / count[set];
    }
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      int set = setOf.of(i);
      double xhat = (x[i] - mean[set] / count[set]) / Math.sqrt(variance[set] + 1e-5);
      double y = xhat * gamma[i % CHANNELS] + beta[i % CHANNELS];
      loss += dy[i] * (relu ? Math.max(0, y) : y);
    }
    return loss;
  }

  /** Which values share statistics. */
  private interface SetOf {
    int of(int index);
  }
}
