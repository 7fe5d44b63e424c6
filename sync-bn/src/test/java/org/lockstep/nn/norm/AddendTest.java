package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A norm with an addend against the same norm, a sum and a ReLU, one after the other. */
@Timeout(60)
class AddendTest {
  private static final int CHANNELS = 6;

  private record Case(String norm, boolean relu, Layout layout, Precision precision) {
    AddingLayer layer(boolean withRelu) {
      return switch (norm) {
        case "bn" ->
            BatchNorm.local(
                norm,
                CHANNELS,
                BatchNormConfig.DEFAULT
                    .withRelu(withRelu)
                    .withLayout(layout)
                    .withPrecision(precision));
        case "gn" ->
            new GroupNorm(
                norm,
                CHANNELS,
                GroupNormConfig.of(2)
                    .withRelu(withRelu)
                    .withLayout(layout)
                    .withPrecision(precision));
        default ->
            new FilterResponseNorm(
                norm,
                CHANNELS,
                FilterResponseNormConfig.DEFAULT
                    .withTlu(withRelu)
                    .withLayout(layout)
                    .withPrecision(precision));
      };
    }

    INDArray random(long seed) {
      INDArray array =
          layout == Layout.CHANNELS_LAST
              ? precision.allocate(3, 5, 5, CHANNELS)
              : precision.allocate(3, CHANNELS, 5, 5);
      Random random = new Random(seed);
      double[] values = new double[(int) array.length()];
      Arrays.setAll(values, i -> (float) random.nextGaussian());
      Elements.of(array).put(0, values, values.length);
      return array;
    }
  }

  /** What is added in double is not what is added after rounding: frn in float64 only. */
  static Stream<Case> cases() {
    return Stream.of("bn", "gn", "frn").flatMap(AddendTest::cases);
  }

  private static Stream<Case> cases(String norm) {
    return Stream.of(true, false)
        .flatMap(
            relu ->
                Stream.of(Layout.values())
                    .flatMap(
                        layout ->
                            Stream.of(Precision.FLOAT32, Precision.FLOAT64)
                                .map(p -> new Case(norm, relu, layout, p))))
        .filter(wanted -> !norm.equals("frn") || wanted.precision == Precision.FLOAT64);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void forwardAndBackward_withAddend_areThoseOfNormSumAndRelu(Case wanted) {
    INDArray x = wanted.random(1);
    INDArray addend = wanted.random(2);
    INDArray dy = wanted.random(3);
    try (AddingLayer fused = wanted.layer(wanted.relu());
        AddingLayer plain = wanted.layer(false)) {
      double[] sum = Batches.values(plain.forward(x, Pass.training(0)).add(addend));
      double[] y = Batches.values(fused.forward(x, addend, Pass.training(0)));
      double[] gated = Batches.values(dy);
      for (int i = 0; wanted.relu() && i < sum.length; i++) {
        gated[i] = sum[i] > 0 ? gated[i] : 0;
        sum[i] = Math.max(0, sum[i]);
      }
      assertThat(y).containsExactly(sum);
      INDArray dz = dy.ulike();
      Elements.of(dz).put(0, gated, gated.length);
      double[] dx = Batches.values(plain.backward(dz));
      assertThat(Batches.values(fused.backward(dy))).containsExactly(dx);
      assertThat(withoutSignOfZero(fused.addendGradient())).containsExactly(gated);
    }
  }

  private static double[] withoutSignOfZero(INDArray array) {
    return Arrays.stream(Batches.values(array)).map(value -> value + 0.0).toArray();
  }

  @Test
  void forward_afterOneWithAnAddend_addsNothing() {
    Case wanted = new Case("bn", true, Layout.CHANNELS_LAST, Precision.FLOAT32);
    INDArray x = wanted.random(1);
    try (AddingLayer layer = wanted.layer(true)) {
      double[] alone = Batches.values(layer.forward(x, Pass.training(0)));
      layer.forward(x, wanted.random(2), Pass.training(0));
      assertThat(Batches.values(layer.forward(x, Pass.training(0)))).containsExactly(alone);
    }
  }

  @Test
  void forward_withAddendOfAnotherShape_saysBoth() {
    Case wanted = new Case("bn", true, Layout.CHANNELS_LAST, Precision.FLOAT32);
    try (AddingLayer layer = wanted.layer(true)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  layer.forward(
                      wanted.random(1),
                      Precision.FLOAT32.allocate(3, 5, 4, CHANNELS),
                      Pass.training(0)))
          .withMessage(
              "bn: expected an addend of the input's shape [3, 5, 5, 6], found [3, 5, 4, 6]");
    }
  }
}
