package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradients of the loss Σ dy·y against its central differences, both by the layer itself: in
 * float64, where the differences are good to 1e-9.
 */
@Timeout(60)
class GradientCheckTest {
  private static final int CHANNELS = 6;
  private static final double STEP = 1e-5;
  private static final double PRECISION = 1e-7;

  /** How far every open value is from the kink of the ReLU, so that no difference spans it. */
  private static final double CLEARANCE = 1e-3;

  private static final double[] GAMMA = {1, -2, 0.5, 3, 1.5, -1};
  private static final double[] BETA = {0, 0.25, -0.5, 1, -1, 0.75};

  /** Of a norm's further parameter; eps takes the first. */
  private static final double[] FURTHER = {-0.3, 0.2, -1, 0.6, 1, -0.1};

  static Stream<Arguments> layers() {
    return Stream.of(true, false)
        .flatMap(relu -> Stream.of(Layout.values()).flatMap(layout -> layers(relu, layout)));
  }

  private static Stream<Arguments> layers(boolean relu, Layout layout) {
    BatchNormConfig batch =
        BatchNormConfig.DEFAULT.withRelu(relu).withLayout(layout).withPrecision(Precision.FLOAT64);
    String end = (relu ? ", ReLU, " : ", ") + layout;
    Supplier<Layer> tracked = () -> BatchNorm.local("bn", CHANNELS, batch);
    Supplier<Layer> untracked =
        () -> BatchNorm.local("bn", CHANNELS, batch.withTrackRunningStatistics(false));
    Stream<Arguments> batchNorms =
        Stream.of(
            Arguments.of("batch norm, training" + end, tracked, Pass.training(0), layout),
            Arguments.of("batch norm, evaluation" + end, tracked, Pass.evaluation(0), layout),
            Arguments.of("untracked, evaluation" + end, untracked, Pass.evaluation(0), layout));
    Stream<Arguments> groupNorms =
        Stream.of(1, 2, CHANNELS)
            .map(groups -> groupNorm(groups, relu, layout))
            .map(layer -> Arguments.of("group norm" + end, layer, Pass.training(0), layout));
    Stream<Arguments> responseNorms =
        Stream.of(true, false)
            .map(learned -> responseNorm(learned, relu, layout))
            .map(
                layer ->
                    Arguments.of("filter response norm" + end, layer, Pass.training(0), layout));
    Stream<Arguments> evoNorms =
        Stream.of(1, 2, CHANNELS)
            .map(groups -> evoNorm(groups, relu, layout))
            .map(layer -> Arguments.of("EvoNorm" + end, layer, Pass.training(0), layout));
    return Stream.of(batchNorms, groupNorms, responseNorms, evoNorms).flatMap(Function.identity());
  }

  private static Supplier<Layer> groupNorm(int groups, boolean relu, Layout layout) {
    return () -> new GroupNorm("gn", CHANNELS, grouped(groups, relu, layout));
  }

  private static Supplier<Layer> evoNorm(int groups, boolean relu, Layout layout) {
    return () -> new EvoNorm("evo", CHANNELS, grouped(groups, relu, layout));
  }

  private static GroupNormConfig grouped(int groups, boolean relu, Layout layout) {
    return GroupNormConfig.of(groups)
        .withRelu(relu)
        .withLayout(layout)
        .withPrecision(Precision.FLOAT64);
  }

  private static Supplier<Layer> responseNorm(boolean learnedEps, boolean tlu, Layout layout) {
    FilterResponseNormConfig config =
        FilterResponseNormConfig.DEFAULT
            .withLearnedEps(learnedEps)
            .withTlu(tlu)
            .withLayout(layout)
            .withPrecision(Precision.FLOAT64);
    return () -> new FilterResponseNorm("frn", CHANNELS, config);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void gradients_inFloat64_equalDifferences(
      String name, Supplier<Layer> layers, Pass pass, Layout layout) {
    RowBatch x = batch(1, 0.5);
    INDArray dy = batch(2, 0.5).array(layout, Precision.FLOAT64);
    try (Layer layer = layers.get()) {
      List<Parameter> parameters = layer.parameters();
      for (int k = 0; k < parameters.size(); k++) {
        Elements elements = Elements.of(parameters.get(k).value());
        elements.put(0, List.of(GAMMA, BETA, FURTHER).get(Math.min(k, 2)), elements.size());
      }
      layer.forward(batch(3, 0.2).array(layout, Precision.FLOAT64), Pass.training(0));
      layer.commit();
      INDArray input = x.array(layout, Precision.FLOAT64);
      Loss loss = () -> sum(layer.forward(input, pass), dy);
      assertThat(loss.value()).isNotZero();
      assertClearOfKink(parameters, x.rows(layer.forward(input, pass), layout));

      double[] dx = Batches.values(layer.backward(dy));
      List<double[]> gradients =
          parameters.stream().map(parameter -> Batches.values(parameter.gradient())).toList();
      assertThat(dx).containsExactly(differences(input, loss), within(PRECISION));
      for (int k = 0; k < gradients.size(); k++) {
        assertThat(gradients.get(k))
            .as(parameters.get(k).name())
            .containsExactly(differences(parameters.get(k).value(), loss), within(PRECISION));
      }
    }
  }

  private static RowBatch batch(long seed, double mean) {
    return RowBatch.random(
        new Random(seed), mean, 1, Precision.FLOAT64, 3, List.of(2, 2), CHANNELS);
  }

  /** The kink is at tau, or at 0; EvoNorm has none. */
  private static void assertClearOfKink(List<Parameter> parameters, double[] y) {
    if (parameters.get(0).name().startsWith("evo")) {
      return;
    }
    double[] kinks =
        parameters.stream()
            .filter(parameter -> parameter.name().endsWith(".tau"))
            .map(parameter -> Batches.values(parameter.value()))
            .findAny()
            .orElse(new double[CHANNELS]);
    assertThat(IntStream.range(0, y.length).mapToDouble(i -> Math.abs(y[i] - kinks[i % CHANNELS])))
        .allMatch(distance -> distance == 0 || distance > CLEARANCE);
  }

  private static double sum(INDArray y, INDArray dy) {
    double[] values = Batches.values(y);
    double[] weights = Batches.values(dy);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * weights[i];
    }
    return sum;
  }

  private static double[] differences(INDArray at, Loss loss) {
    Elements elements = Elements.of(at);
    double[] gradient = new double[elements.size()];
    double[] values = elements.toArray();
    for (int i = 0; i < gradient.length; i++) {
      elements.put(i, new double[] {values[i] + STEP}, 1);
      double above = loss.value();
      elements.put(i, new double[] {values[i] - STEP}, 1);
      double below = loss.value();
      elements.put(i, new double[] {values[i]}, 1);
      gradient[i] = (above - below) / (2 * STEP);
    }
    return gradient;
  }

  /** The loss at the present inputs and parameters. */
  private interface Loss {
    double value();
  }
}
