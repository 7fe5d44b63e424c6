package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What norms have in common that know one sample only and train more than gamma and beta. */
@Timeout(30)
class SampleNormsTest {
  private static final Pass TRAINING = Pass.training(0);
  private static final int CHANNELS = 6;

  private record Case(String norm, Precision precision) {
    Layer layer() {
      return norm.equals("frn")
          ? new FilterResponseNorm(
              norm,
              CHANNELS,
              FilterResponseNormConfig.DEFAULT.withPrecision(precision).withLearnedEps(true))
          : new EvoNorm(
              norm, CHANNELS, GroupNormConfig.of(2).withRelu(true).withPrecision(precision));
    }

    RowBatch random(long seed) {
      return RowBatch.random(new Random(seed), 0.5, 1, precision, 4, List.of(3, 3), CHANNELS);
    }

    INDArray array(RowBatch batch) {
      return batch.array(Layout.CHANNELS_LAST, precision);
    }
  }

  static Stream<Case> cases() {
    return Stream.of("frn", "evo")
        .flatMap(norm -> Stream.of(Precision.values()).map(p -> new Case(norm, p)));
  }

  /** Samples are alone: a batch is what its halves are, and evaluation is training. */
  @ParameterizedTest
  @MethodSource("cases")
  void step_ofHalves_isThatOfTheWhole(Case wanted) {
    RowBatch x = wanted.random(1);
    RowBatch dy = wanted.random(2);
    try (Layer layer = wanted.layer()) {
      double[] y = Batches.values(layer.forward(wanted.array(x), TRAINING));
      double[] dx = Batches.values(layer.backward(wanted.array(dy)));
      List<double[]> rest = gradients(layer);
      for (int half = 0; half < 2; half++) {
        INDArray part = wanted.array(x.samples(2 * half, 2 * half + 2));
        INDArray share = wanted.array(dy.samples(2 * half, 2 * half + 2));
        assertThat(Batches.values(layer.forward(part, Pass.evaluation(0))))
            .containsExactly(half(y, half));
        assertThat(Batches.values(layer.backward(share))).containsExactly(half(dx, half));
        subtract(rest, gradients(layer));
      }
      assertThat(rest).hasSizeGreaterThan(2).allSatisfy(SampleNormsTest::assertNothing);
    }
  }

  private static double[] half(double[] values, int half) {
    int size = values.length / 2;
    return Arrays.copyOfRange(values, half * size, (half + 1) * size);
  }

  private static List<double[]> gradients(Layer layer) {
    return layer.parameters().stream().map(p -> Batches.values(p.gradient())).toList();
  }

  private static void subtract(List<double[]> from, List<double[]> parts) {
    for (int k = 0; k < parts.size(); k++) {
      double[] part = parts.get(k);
      double[] rest = from.get(k);
      Arrays.setAll(rest, c -> rest[c] - part[c]);
    }
  }

  private static void assertNothing(double[] rest) {
    assertThat(rest).containsExactly(new double[rest.length], within(2e-5));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void step_ofEmptyShard_givesZeroGradients(Case wanted) {
    try (Layer layer = wanted.layer()) {
      layer.forward(wanted.array(wanted.random(1)), TRAINING);
      layer.backward(wanted.array(wanted.random(2)));
      INDArray empty = wanted.precision.allocate(0, 3, 3, CHANNELS);
      assertThat(layer.forward(empty, TRAINING).isEmpty()).isTrue();
      assertThat(layer.backward(empty).isEmpty()).isTrue();
      assertThat(gradients(layer)).allSatisfy(gradient -> assertThat(gradient).containsOnly(0));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void close_afterAStep_releasesTheArrays(Case wanted) {
    Layer layer = wanted.layer();
    INDArray y = layer.forward(wanted.array(wanted.random(1)), TRAINING);
    List<INDArray> values = layer.parameters().stream().map(Parameter::value).toList();
    layer.close();
    assertThat(y.wasClosed()).isTrue();
    assertThat(values).allMatch(INDArray::wasClosed);
  }
}
