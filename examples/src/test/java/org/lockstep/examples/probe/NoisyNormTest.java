package org.lockstep.examples.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

class NoisyNormTest {
  private static final Shape SHAPE = new Shape(5, 4, 3);
  private static final int IMAGES = 4;
  private static final double STEP = 1e-6;

  private final INDArray x = random(1);
  private final INDArray addend = random(2);
  private final INDArray weights = random(3);

  @Test
  void backward_withAddendAndRelu_isTheSlopeOfForward() {
    try (AddingLayer layer = layer(1, true)) {
      layer.forward(x, addend, Pass.training(4));
      double[] dx = values(layer.backward(weights));
      double[] dAddend = values(layer.addendGradient());
      for (int i = 0; i < dx.length; i++) {
        assertThat(dx[i]).isCloseTo(slope(layer, x, i), within(1e-6));
        assertThat(dAddend[i]).isCloseTo(slope(layer, addend, i), within(1e-6));
      }
    }
  }

  @Test
  void forward_sameSeedAndStep_drawsTheSameNoise() {
    assertThat(output(1, Pass.training(4))).isEqualTo(output(1, Pass.training(4)));
    assertThat(output(1, Pass.training(5))).isNotEqualTo(output(1, Pass.training(4)));
    assertThat(output(2, Pass.training(4))).isNotEqualTo(output(1, Pass.training(4)));
  }

  @Test
  void forward_inEvaluation_hasNoNoise() {
    assertThat(output(1, Pass.evaluation(4))).isEqualTo(output(2, Pass.evaluation(5)));
  }

  @Test
  void draw_manyValues_haveTheMomentsOfTheirChannels() {
    int channels = 2;
    int each = 100_000;
    Noise noise = new Noise(1, "norm1");
    noise.draw(9, channels * each, channels);

    for (int c = 0; c < channels; c++) {
      int channel = c;
      double[] scales =
          IntStream.range(0, each).mapToDouble(i -> noise.scale(i * channels + channel)).toArray();
      double[] shifts =
          IntStream.range(0, each).mapToDouble(i -> noise.shift(i * channels + channel)).toArray();
      assertThat(mean(scales)).isBetween(0.99, 1.26);
      assertThat(deviation(scales)).isCloseTo(0.1, within(0.002));
      assertThat(mean(shifts)).isBetween(-0.51, 0.51);
      assertThat(deviation(shifts)).isCloseTo(0.1 / Math.sqrt(3), within(0.002));
    }
    assertThat(noise.shift(0)).isNotEqualTo(noise.shift(channels));
  }

  private double[] output(long seed, Pass pass) {
    try (AddingLayer layer = layer(seed, false)) {
      return values(layer.forward(x, pass));
    }
  }

  /** Of the weighted sum of the outputs, by the value at {@code index} of an input. */
  private double slope(AddingLayer layer, INDArray of, int index) {
    Elements elements = Elements.of(of);
    double[] value = new double[1];
    elements.get(index, value, 1);
    double middle = value[0];
    double[] sums = new double[2];
    for (int side = 0; side < 2; side++) {
      elements.put(index, new double[] {middle + (2 * side - 1) * STEP}, 1);
      double[] y = values(layer.forward(x, addend, Pass.training(4)));
      double[] w = values(weights);
      sums[side] = IntStream.range(0, y.length).mapToDouble(i -> w[i] * y[i]).sum();
    }
    elements.put(index, new double[] {middle}, 1);
    return (sums[1] - sums[0]) / (2 * STEP);
  }

  private static AddingLayer layer(long seed, boolean relu) {
    return new NoisyNorms(InProcessGroup.solo(), Precision.FLOAT64, seed)
        .create("norm1", SHAPE, relu);
  }

  private static INDArray random(long seed) {
    INDArray array =
        Precision.FLOAT64.allocate(IMAGES, SHAPE.height(), SHAPE.width(), SHAPE.channels());
    double[] values = new SplittableRandom(seed).doubles(array.length(), -1, 1).toArray();
    Elements.of(array).put(0, values, values.length);
    return array;
  }

  private static double[] values(INDArray array) {
    return Elements.of(array).toArray();
  }

  private static double mean(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(
        IntStream.range(0, values.length)
            .mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
            .average()
            .orElseThrow());
  }
}
