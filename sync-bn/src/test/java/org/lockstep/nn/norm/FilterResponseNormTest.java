package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(30)
class FilterResponseNormTest {
  private static final Pass TRAINING = Pass.training(0);
  private static final FilterResponseNormConfig DEFAULT = FilterResponseNormConfig.DEFAULT;
  private static final FilterResponseNormConfig DOUBLE = DEFAULT.withPrecision(Precision.FLOAT64);

  /** ν² of 3 and -4 is 12.5, of 0 and 0 it is nothing; eps is too little to see. */
  @Test
  void forward_ofOneSample_dividesByTheRootOfTheMeanOfSquares() {
    try (FilterResponseNorm layer = new FilterResponseNorm("frn", 2, DOUBLE.withTlu(false))) {
      INDArray x = Nd4j.createFromArray(3.0, 0.0, -4.0, 0.0).reshape(1, 2, 1, 2);
      double unit = Math.sqrt(12.5);
      assertThat(Batches.values(layer.forward(x, TRAINING)))
          .containsExactly(new double[] {3 / unit, 0, -4 / unit, 0}, within(1e-6));
    }
  }

  @Test
  void forward_withThreshold_neverFallsBelowTau() {
    try (FilterResponseNorm layer = new FilterResponseNorm("frn", 2, DOUBLE)) {
      Elements.of(layer.parameters().get(2).value()).put(0, new double[] {-0.5, 0.25}, 2);
      INDArray x = Nd4j.createFromArray(-1.0, -1.0, -1.0, 1.0).reshape(1, 2, 1, 2);
      assertThat(Batches.values(layer.forward(x, TRAINING)))
          .containsExactly(new double[] {-0.5, 0.25, -0.5, 1}, within(1e-6));
    }
  }

  /** Of one value a channel, x / sqrt(x² + 1e-6 + ε) with ε 0.36 - 1e-6 is 0.8 / 1. */
  @Test
  void forward_ofVectorsWithATrainedEps_isSmooth() {
    try (FilterResponseNorm layer = new FilterResponseNorm("frn", 1, DOUBLE.withLearnedEps(true))) {
      assertThat(layer.parameters())
          .extracting(Parameter::name)
          .containsExactly("frn.weight", "frn.bias", "frn.tau", "frn.eps");
      Elements eps = Elements.of(layer.parameters().get(3).value());
      assertThat(eps.toArray()).containsExactly(FilterResponseNormConfig.INITIAL_EPS);
      eps.put(0, new double[] {1e-6 - 0.36}, 1);
      INDArray x = Nd4j.createFromArray(0.8).reshape(1, 1);
      assertThat(Batches.values(layer.forward(x, TRAINING)))
          .containsExactly(new double[] {0.8}, within(1e-12));
    }
  }

  /** Samples are alone: a batch is what its halves are, and evaluation is training. */
  @ParameterizedTest
  @EnumSource
  void step_ofHalves_isThatOfTheWhole(Precision precision) {
    FilterResponseNormConfig config = DEFAULT.withPrecision(precision).withLearnedEps(true);
    Random random = new Random(1);
    RowBatch x = RowBatch.random(random, 0.5, 1, precision, 4, List.of(3, 3), 5);
    RowBatch dy = RowBatch.random(random, 0, 1, precision, 4, List.of(3, 3), 5);
    try (FilterResponseNorm layer = new FilterResponseNorm("frn", 5, config)) {
      double[] y = Batches.values(layer.forward(whole(x, precision), TRAINING));
      double[] dx = Batches.values(layer.backward(whole(dy, precision)));
      List<double[]> gradients = gradients(layer);
      for (int half = 0; half < 2; half++) {
        INDArray part = whole(x.samples(2 * half, 2 * half + 2), precision);
        double[] alone = Batches.values(layer.forward(part, Pass.evaluation(0)));
        assertThat(alone).containsExactly(part(y, half));
        INDArray share = whole(dy.samples(2 * half, 2 * half + 2), precision);
        assertThat(Batches.values(layer.backward(share))).containsExactly(part(dx, half));
        List<double[]> shares = gradients(layer);
        for (int k = 0; k < shares.size(); k++) {
          for (int c = 0; c < shares.get(k).length; c++) {
            gradients.get(k)[c] -= shares.get(k)[c];
          }
        }
      }
      assertThat(gradients)
          .allSatisfy(rest -> assertThat(rest).containsOnly(new double[rest.length], within(2e-5)));
    }
  }

  private static INDArray whole(RowBatch batch, Precision precision) {
    return batch.array(Layout.CHANNELS_LAST, precision);
  }

  private static double[] part(double[] values, int half) {
    int size = values.length / 2;
    return Arrays.copyOfRange(values, half * size, (half + 1) * size);
  }

  private static List<double[]> gradients(FilterResponseNorm layer) {
    return layer.parameters().stream().map(p -> Batches.values(p.gradient())).toList();
  }

  @Test
  void step_ofEmptyShard_givesZeroGradients() {
    try (FilterResponseNorm layer =
        new FilterResponseNorm("frn", 3, DEFAULT.withLearnedEps(true))) {
      layer.forward(Batches.random(1, 2, 3, 3, 2, 2, 3), TRAINING);
      layer.backward(Batches.random(2, 2, 3, 3, 2, 2, 3));
      INDArray empty = Precision.FLOAT32.allocate(0, 2, 2, 3);
      assertThat(layer.forward(empty, TRAINING).isEmpty()).isTrue();
      assertThat(layer.backward(empty).isEmpty()).isTrue();
      assertThat(gradients(layer)).hasSize(4).allSatisfy(g -> assertThat(g).containsOnly(0));
    }
  }

  @Test
  void close_afterAStep_releasesTheArrays() {
    FilterResponseNorm layer = new FilterResponseNorm("frn", 3, DEFAULT);
    INDArray y = layer.forward(Batches.random(1, 2, 3, 3, 2, 2, 3), TRAINING);
    INDArray tau = layer.parameters().get(2).value();
    layer.close();
    assertThat(List.of(y, tau)).allMatch(INDArray::wasClosed);
  }
}
