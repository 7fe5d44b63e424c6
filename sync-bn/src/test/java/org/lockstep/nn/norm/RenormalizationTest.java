package org.lockstep.nn.norm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;

/**
 * Batch Renormalization against the paper's formulas in double, with r and d as constants: their
 * differences by the layer itself would move r and d along.
 */
@Timeout(60)
class RenormalizationTest {
  private static final int CHANNELS = 6;
  private static final List<Integer> SPACE = List.of(2, 2);

  /** Where each rank's samples begin, in turn from step to step. */
  private static final int[][] ENDS = {{0, 3, 5, 6}, {0, 0, 5, 6}, {0, 2, 2, 6}};

  private static final int STEPS = 4;
  private static final double STEP = 1e-5;
  private static final double CLEARANCE = 1e-3;
  private static final double[] GAMMA = {1, -2, 0.5, 3, 1.5, -1};
  private static final double[] BETA = {0, 0.25, -0.5, 1, -1, 0.75};

  private static final BatchNormConfig DOUBLE =
      BatchNormConfig.DEFAULT.withPrecision(Precision.FLOAT64);

  /** What the formulas take as given in a step. */
  private record Constants(double[] r, double[] d) {
    /** The textbook's batch norm with gamma·r for gamma, and beta + gamma·d for beta. */
    Textbook book(BatchNormConfig config, double[] gamma, double[] beta) {
      double[] scale = new double[CHANNELS];
      double[] shift = new double[CHANNELS];
      Arrays.setAll(scale, c -> gamma[c] * r[c]);
      Arrays.setAll(shift, c -> beta[c] + gamma[c] * d[c]);
      return new Textbook(i -> i % CHANNELS, CHANNELS, config.eps(), scale, shift, config.relu());
    }
  }

  /** With 3 and 5 nothing is cut off, with 1.05 and 0.03 r and d are in some channels. */
  @ParameterizedTest
  @CsvSource({
    "3, 5, false, CHANNELS_LAST, 0",
    "3, 5, true, CHANNELS_FIRST, 0",
    "1.05, 0.03, false, CHANNELS_FIRST, 6",
    "1.05, 0.03, true, CHANNELS_LAST, 6"
  })
  void step_inFloat64_isThePapersWithConstantRAndD(
      double rMax, double dMax, boolean relu, Layout layout, int atLeastCut) {
    BatchNormConfig config =
        DOUBLE
            .withRelu(relu)
            .withLayout(layout)
            .withRenormalization(new Renormalization(rMax, dMax, 0));
    RowBatch x = batch(1, 0.5);
    RowBatch dy = batch(2, 0.5);
    try (BatchNorm norm = trained(config)) {
      Constants constants = constants(norm, x.values(), rMax, dMax);
      assertThat(cut(constants, rMax, dMax)).isBetween(atLeastCut, 2 * CHANNELS - 1);
      Textbook book = constants.book(config, GAMMA, BETA);
      double[] linear = book.linear(book.xhat(x.values(), book.statistics(x.values())));
      assertThat(Arrays.stream(linear)).allMatch(y -> Math.abs(y) > CLEARANCE);

      double[] y =
          x.rows(norm.forward(x.array(layout, Precision.FLOAT64), Pass.training(1)), layout);
      assertThat(y).containsExactly(book.y(x.values(), book.statistics(x.values())), within(1e-12));
      double[] dx = x.rows(norm.backward(dy.array(layout, Precision.FLOAT64)), layout);
      assertThat(dx)
          .containsExactly(
              differences(x.values(), v -> loss(constants.book(config, GAMMA, BETA), v, dy)),
              within(1e-7));
      assertThat(Batches.values(norm.parameters().get(0).gradient()))
          .containsExactly(
              differences(GAMMA, v -> loss(constants.book(config, v, BETA), x.values(), dy)),
              within(1e-7));
      assertThat(Batches.values(norm.parameters().get(1).gradient()))
          .containsExactly(
              differences(BETA, v -> loss(constants.book(config, GAMMA, v), x.values(), dy)),
              within(1e-7));
    }
  }

  /** One step old, with running statistics of their own. */
  private static BatchNorm trained(BatchNormConfig config) {
    BatchNorm norm = BatchNorm.local("bn", CHANNELS, config);
    fill(norm);
    norm.forward(batch(3, 0.2).array(config.layout(), Precision.FLOAT64), Pass.training(0));
    norm.commit();
    return norm;
  }

  private static void fill(BatchNorm norm) {
    List<Parameter> parameters = norm.parameters();
    Elements.of(parameters.get(0).value()).put(0, GAMMA, CHANNELS);
    Elements.of(parameters.get(1).value()).put(0, BETA, CHANNELS);
  }

  private static RowBatch batch(long seed, double mean) {
    Random random = new Random(seed);
    return RowBatch.random(random, mean, 1, Precision.FLOAT64, 3, SPACE, CHANNELS);
  }

  private static Constants constants(BatchNorm norm, double[] x, double rMax, double dMax) {
    double[] mean = requireNonNull(norm.buffers().get("bn.running_mean")).clone();
    double[] variance = requireNonNull(norm.buffers().get("bn.running_var")).clone();
    double eps = DOUBLE.eps();
    Textbook.Statistics batch =
        new Textbook(i -> i % CHANNELS, CHANNELS, eps, GAMMA, BETA, false).statistics(x);
    double[] r = new double[CHANNELS];
    double[] d = new double[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      double sigma = Math.sqrt(variance[c] + eps);
      double ratio = Math.sqrt(batch.variance()[c] + eps) / sigma;
      r[c] = Math.min(rMax, Math.max(1 / rMax, ratio));
      d[c] = Math.min(dMax, Math.max(-dMax, (batch.mean()[c] - mean[c]) / sigma));
    }
    return new Constants(r, d);
  }

  private static int cut(Constants constants, double rMax, double dMax) {
    return (int)
        IntStream.range(0, CHANNELS)
            .mapToLong(
                c -> {
                  double r = constants.r()[c];
                  boolean rIsCut = r == rMax || r == 1 / rMax;
                  boolean dIsCut = Math.abs(constants.d()[c]) == dMax;
                  return (rIsCut ? 1L : 0L) + (dIsCut ? 1L : 0L);
                })
            .sum();
  }

  private static double loss(Textbook book, double[] x, RowBatch dy) {
    double[] y = book.y(x, book.statistics(x));
    return IntStream.range(0, y.length).mapToDouble(i -> y[i] * dy.values()[i]).sum();
  }

  private static double[] differences(double[] at, ToDoubleFunction<double[]> loss) {
    double[] gradient = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double[] moved = at.clone();
      moved[i] = at[i] + STEP;
      double above = loss.applyAsDouble(moved);
      moved[i] = at[i] - STEP;
      gradient[i] = (above - loss.applyAsDouble(moved)) / (2 * STEP);
    }
    return gradient;
  }

  @Test
  void forward_withinTheLimits_givesWhatEvaluationGives() {
    BatchNormConfig config = DOUBLE.withRenormalization(new Renormalization(100, 100, 0));
    RowBatch x = batch(1, 0.5);
    try (BatchNorm norm = trained(config)) {
      double[] expected =
          Batches.values(norm.forward(x.array(config.layout(), Precision.FLOAT64), evaluation()));
      double[] found =
          Batches.values(
              norm.forward(x.array(config.layout(), Precision.FLOAT64), Pass.training(1)));
      assertThat(found).containsExactly(expected, within(1e-12));
    }
  }

  private static Pass evaluation() {
    return Pass.evaluation(1);
  }

  @Test
  void forward_inEvaluation_takesTheRunningStatisticsAsTheyAre() {
    RowBatch x = batch(1, 0.5);
    Renormalization tight = new Renormalization(1.05, 0.03, 0);
    try (BatchNorm plain = trained(DOUBLE);
        BatchNorm norm = trained(DOUBLE.withRenormalization(tight))) {
      double[] expected =
          Batches.values(plain.forward(x.array(DOUBLE.layout(), Precision.FLOAT64), evaluation()));
      assertThat(
              Batches.values(
                  norm.forward(x.array(DOUBLE.layout(), Precision.FLOAT64), evaluation())))
          .containsExactly(expected);
    }
  }

  /** Through the warm-up, a step here, and beyond it: each on what the steps before left. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 1e-5", "FLOAT64, 1e-12"})
  void steps_ofRanksOnShards_equalOneRankOnTheWhole(Precision precision, double tolerance) {
    BatchNormConfig config =
        DOUBLE.withPrecision(precision).withRenormalization(new Renormalization(1.5, 0.5, 1));
    List<Result> whole = new ArrayList<>();
    try (BatchNorm norm = BatchNorm.local("bn", CHANNELS, config)) {
      whole.addAll(train(norm, precision, 0, 3));
    }
    Map<Integer, List<Result>> ranks = new ConcurrentHashMap<>();
    InProcessGroup.run(
        3,
        world -> {
          try (BatchNorm norm = BatchNorm.sync("bn", CHANNELS, config, world)) {
            ranks.put(world.rank(), train(norm, precision, world.rank(), world.rank() + 1));
          }
        });
    for (int step = 0; step < STEPS; step++) {
      Result expected = whole.get(step);
      List<Result> found = new ArrayList<>();
      for (int rank = 0; rank < 3; rank++) {
        found.add(requireNonNull(ranks.get(rank)).get(step));
      }
      assertThat(joined(found, Result::y)).containsExactly(expected.y, within(tolerance));
      assertThat(joined(found, Result::dx)).containsExactly(expected.dx, within(tolerance));
      for (Result one : found) {
        assertThat(one.shared).containsExactly(found.get(0).shared);
        assertThat(one.shared).containsExactly(expected.shared, within(tolerance));
      }
    }
  }

  /** In the middle of the warm-up, whose steps are counted in a buffer. */
  @Test
  void steps_afterBuffersAreGivenBack_areBitEqual() {
    BatchNormConfig config = DOUBLE.withRenormalization(new Renormalization(1.5, 0.5, 1));
    RowBatch x = batch(1, 0.5);
    RowBatch dy = batch(2, 0.5);
    try (BatchNorm straight = BatchNorm.local("bn", CHANNELS, config);
        BatchNorm resumed = BatchNorm.local("bn", CHANNELS, config)) {
      step(straight, 0, x, dy);
      step(straight, 1, dy, x);
      straight
          .buffers()
          .forEach(
              (name, buffer) ->
                  System.arraycopy(
                      buffer, 0, requireNonNull(resumed.buffers().get(name)), 0, buffer.length));

      Result expected = step(straight, 2, x, dy);
      Result found = step(resumed, 2, x, dy);

      assertThat(found.y).containsExactly(expected.y);
      assertThat(found.dx).containsExactly(expected.dx);
      assertThat(found.shared).containsExactly(expected.shared);
    }
  }

  /**
   * What a rank has after a step.
   *
   * @param shared dGamma, dBeta and running statistics, which all ranks have in common
   */
  private record Result(double[] y, double[] dx, double[] shared) {}

  private static double[] joined(List<Result> ranks, Function<Result, double[]> part) {
    return ranks.stream().flatMapToDouble(rank -> Arrays.stream(part.apply(rank))).toArray();
  }

  /** Steps with the shards of the ranks {@code [from, end)}. */
  private static List<Result> train(BatchNorm norm, Precision precision, int from, int end) {
    fill(norm);
    List<Result> results = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      Random random = new Random(step);
      RowBatch x = RowBatch.random(random, step, 1 + step, precision, 6, SPACE, CHANNELS);
      RowBatch dy = RowBatch.random(random, 0.2, 1, precision, 6, SPACE, CHANNELS);
      int[] ends = ENDS[step % ENDS.length];
      results.add(
          step(norm, step, x.samples(ends[from], ends[end]), dy.samples(ends[from], ends[end])));
    }
    return results;
  }

  private static Result step(BatchNorm norm, int step, RowBatch x, RowBatch dy) {
    Precision precision = Precision.of(norm.parameters().get(0).value());
    Layout layout = DOUBLE.layout();
    double[] y = Batches.values(norm.forward(x.array(layout, precision), Pass.training(step)));
    double[] dx = Batches.values(norm.backward(dy.array(layout, precision)));
    norm.commit();
    Stream<double[]> gradients =
        norm.parameters().stream().map(parameter -> Batches.values(parameter.gradient()));
    double[] shared =
        Stream.concat(gradients, norm.buffers().values().stream())
            .flatMapToDouble(Arrays::stream)
            .toArray();
    return new Result(y, dx, shared);
  }

  @Test
  void limits_ofThePapersSchedule_riseToThreeAndFive() {
    Renormalization limits = Renormalization.after(Renormalization.PAPERS_WARM_UP);
    assertThat(limits.r(9, 5000)).isEqualTo(1);
    assertThat(limits.d(9, 5000)).isZero();
    assertThat(limits.r(9, 22_500)).isEqualTo(2);
    assertThat(limits.r(0.1, 22_500)).isEqualTo(0.5);
    assertThat(limits.d(-9, 15_000)).isEqualTo(-2.5);
    assertThat(limits.r(9, 40_000)).isEqualTo(3);
    assertThat(limits.d(9, 25_000)).isEqualTo(5);
    assertThat(limits.r(9, 1e9)).isEqualTo(3);
    assertThat(limits.d(-9, 1e9)).isEqualTo(-5);
    assertThat(limits.r(1.25, 1e9)).isEqualTo(1.25);
  }

  @ParameterizedTest
  @CsvSource({"0.9, 5, 1", "3, -1, 1", "3, 5, -1", "NaN, 5, 1"})
  void constructor_ofLimitsThatCannotBe_saysWhatIsExpected(double rMax, double dMax, int warmUp) {
    assertThatThrownBy(() -> new Renormalization(rMax, dMax, warmUp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected an rMax of at least 1");
  }

  @Test
  void config_withoutRunningStatistics_isRefused() {
    assertThatThrownBy(
            () ->
                DOUBLE
                    .withTrackRunningStatistics(false)
                    .withRenormalization(Renormalization.after(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("running statistics");
  }
}
