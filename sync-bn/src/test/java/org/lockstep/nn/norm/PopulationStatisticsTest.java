package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(60)
class PopulationStatisticsTest {
  private static final Pass EVALUATION = Pass.evaluation(7);
  private static final int SAMPLES = 8;
  private static final int SPACE = 5;
  private static final int CHANNELS = 3;
  private static final double MEAN = 2;

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, '8', 1e-6",
    "FLOAT32, '3 5', 1e-6",
    "FLOAT32, '6 0 2', 1e-6",
    "FLOAT64, '8', 1e-12",
    "FLOAT64, '3 5', 1e-12",
    "FLOAT64, '6 0 2', 1e-12"
  })
  void finish_ofTwoLayersOneAfterTheOther_isTheStatisticOfAllActivations(
      Precision precision, String shards, double tolerance) {
    double[][] activations = new double[2][SAMPLES * SPACE * CHANNELS];
    Map<Integer, double[]> found = new ConcurrentHashMap<>();
    int[] sizes = Arrays.stream(shards.split(" ")).mapToInt(Integer::parseInt).toArray();
    InProcessGroup.run(
        sizes.length,
        world -> {
          int first = Arrays.stream(sizes, 0, world.rank()).sum();
          INDArray[] batches = batches(precision, first, sizes[world.rank()]);
          found.put(world.rank(), measureTwo(precision, world, batches, first, activations));
        });

    double[] expected = concat(direct(activations[0]), direct(activations[1]));
    assertThat(found.get(0)).containsExactly(expected, within(tolerance));
    assertThat(found.values()).allSatisfy(same -> assertThat(same).isEqualTo(found.get(0)));
  }

  /** What two layers measure; their inputs go to where the rank's samples are in the whole. */
  private static double[] measureTwo(
      Precision precision,
      Communicator world,
      INDArray[] batches,
      int first,
      double[][] activations) {
    BatchNormConfig config = BatchNormConfig.DEFAULT.withPrecision(precision).withRelu(true);
    try (BatchNorm one = BatchNorm.local("one", CHANNELS, config);
        BatchNorm two = BatchNorm.local("two", CHANNELS, config)) {
      one.population().begin();
      for (INDArray batch : batches) {
        one.forward(batch, EVALUATION);
      }
      one.population().finish(world, 0);
      two.population().begin();
      int next = first * SPACE * CHANNELS;
      for (INDArray batch : batches) {
        INDArray between = one.forward(batch, EVALUATION);
        two.forward(between, EVALUATION);
        int length = (int) batch.length();
        System.arraycopy(Batches.values(batch), 0, activations[0], next, length);
        System.arraycopy(Batches.values(between), 0, activations[1], next, length);
        next += length;
      }
      two.population().finish(world, 0);
      return concat(measured(one), measured(two));
    }
  }

  /**
   * The samples {@code [first, first + count)} in batches of 2 and what is left; 0: an empty one.
   */
  private static INDArray[] batches(Precision precision, int first, int count) {
    double[] all =
        Batches.values(Batches.random(3, MEAN, 1, SAMPLES, SPACE, CHANNELS)); // one order of draws
    INDArray[] batches = new INDArray[Math.max(1, (count + 1) / 2)];
    for (int i = 0; i < batches.length; i++) {
      int size = Math.min(2, count - 2 * i);
      batches[i] = precision.allocate(size, SPACE, CHANNELS);
      int from = (first + 2 * i) * SPACE * CHANNELS;
      double[] values = Arrays.copyOfRange(all, from, from + size * SPACE * CHANNELS);
      Elements.of(batches[i]).put(0, values, values.length);
    }
    return batches;
  }

  /** The mean and then the variance of each channel, in two passes. */
  private static double[] direct(double[] values) {
    double[] result = new double[2 * CHANNELS];
    double n = (double) values.length / CHANNELS;
    for (int i = 0; i < values.length; i++) {
      result[i % CHANNELS] += values[i] / n;
    }
    for (int i = 0; i < values.length; i++) {
      double d = values[i] - result[i % CHANNELS];
      result[CHANNELS + i % CHANNELS] += d * d / n;
    }
    return result;
  }

  private static double[] measured(BatchNorm norm) {
    double[] result = new double[2 * CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      result[c] = norm.population().mean(c);
      result[CHANNELS + c] = norm.population().variance(c);
    }
    return result;
  }

  private static double[] concat(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Test
  void forward_whileInUse_normalizesWithThePopulation() {
    try (BatchNorm norm = BatchNorm.local("bn", CHANNELS, BatchNormConfig.DEFAULT)) {
      INDArray whole = Batches.random(1, MEAN, 1, SAMPLES, CHANNELS);
      measure(norm, whole);

      norm.forward(Batches.samples(whole, 0, 2), EVALUATION);

      double[] expected = direct(Batches.values(whole));
      assertThat(concat(norm.mean(), norm.variance())).containsExactly(expected, within(1e-6));
    }
  }

  @Test
  void forward_whileMeasuringAndAfterRelease_normalizesWithTheRunningStatistics() {
    try (BatchNorm norm = BatchNorm.local("bn", CHANNELS, BatchNormConfig.DEFAULT)) {
      INDArray x = Batches.random(1, MEAN, 1, SAMPLES, CHANNELS);
      double[] before = Batches.values(norm.forward(x, EVALUATION));

      norm.population().begin();
      double[] measuring = Batches.values(norm.forward(x, EVALUATION));
      norm.population().finish(InProcessGroup.solo(), 0);
      norm.population().release();
      double[] released = Batches.values(norm.forward(x, EVALUATION));

      assertThat(measuring).isEqualTo(before);
      assertThat(released).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void train_withAMeasurementBetweenTheSteps_givesTheSameBits(Precision precision) {
    List<Map<String, double[]>> states =
        List.of(trainTwoSteps(precision, false), trainTwoSteps(precision, true));

    assertThat(states.get(1)).containsOnlyKeys(states.get(0).keySet());
    states.get(1).forEach((name, bits) -> assertThat(bits).isEqualTo(states.get(0).get(name)));
  }

  private static Map<String, double[]> trainTwoSteps(Precision precision, boolean measure) {
    BatchNormConfig config = BatchNormConfig.DEFAULT.withPrecision(precision);
    Map<String, double[]> state = new TreeMap<>();
    try (BatchNorm norm = BatchNorm.local("bn", CHANNELS, config)) {
      for (int step = 0; step < 2; step++) {
        INDArray x = batches(precision, 2 * step, 2)[0];
        state.put("y" + step, Batches.values(norm.forward(x, Pass.training(step))));
        state.put("dx" + step, Batches.values(norm.backward(x)));
        norm.commit();
        if (measure) {
          measure(norm, batches(precision, 0, 2)[0]);
          norm.commit();
        }
      }
      norm.buffers().forEach((name, values) -> state.put(name, values.clone()));
    }
    return state;
  }

  @Test
  void finish_ofAnyNorm_isOneCollectiveOverTheRanksGiven() {
    RecordingCommunicator group = new RecordingCommunicator(InProcessGroup.solo());
    RecordingCommunicator world = new RecordingCommunicator(InProcessGroup.solo());
    try (BatchNorm norm = BatchNorm.grouped("bn1", CHANNELS, BatchNormConfig.DEFAULT, group)) {
      norm.population().begin();
      norm.forward(Batches.random(1, 0, 1, 4, CHANNELS), EVALUATION);
      norm.population().finish(world, 9);
    }
    assertThat(world.calls()).containsExactly("MOMENTS of 7 for bn1 statistics of step 9");
    assertThat(group.calls()).isEmpty();
  }

  @Test
  void begin_again_forgetsWhatWasMeasured() {
    try (BatchNorm norm = BatchNorm.local("bn", CHANNELS, BatchNormConfig.DEFAULT)) {
      INDArray second = Batches.random(2, MEAN, 3, SAMPLES, CHANNELS);
      measure(norm, Batches.random(1, 0, 1, SAMPLES, CHANNELS));

      measure(norm, second);

      assertThat(measured(norm)).containsExactly(direct(Batches.values(second)), within(1e-5));
    }
  }

  @Test
  void finish_withoutBegin_isRefused() {
    PopulationStatistics population = new PopulationStatistics("bn1", 2);
    assertThatThrownBy(() -> population.finish(InProcessGroup.solo(), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("bn1: finish() was called before begin()");
  }

  @Test
  void finish_withoutAValueOnAnyRank_isRefused() {
    PopulationStatistics population = new PopulationStatistics("bn1", 2);
    population.begin();
    assertThatThrownBy(() -> population.finish(InProcessGroup.solo(), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "bn1: expected values to measure the population from, found none on any of the 1"
                + " rank(s)");
  }

  /** Running 0 and 1 against mean 3 and variance 4 in one channel, a constant 0 in the other. */
  @Test
  void drift_ofKnownStatistics_isTheFormula() {
    BatchNormConfig config = BatchNormConfig.DEFAULT.withEps(0.25).withPrecision(Precision.FLOAT64);
    try (BatchNorm norm = BatchNorm.local("bn1", 2, config)) {
      INDArray x = Precision.FLOAT64.allocate(2, 2);
      Elements.of(x).put(0, new double[] {1, 0, 5, 0}, 4);
      measure(norm, x);

      StatisticsDrift drift = norm.drift();

      double varying = 3 * 3 / (4 + 0.25);
      double log2 = Math.log(Math.sqrt((1 + 0.25) / (4 + 0.25))) / Math.log(2);
      double log2Constant = Math.log(Math.sqrt((1 + 0.25) / 0.25)) / Math.log(2);
      assertThat(drift.layer()).isEqualTo("bn1");
      assertThat(drift.meanShift()).isCloseTo(Math.sqrt((varying + 0) / 2), within(1e-12));
      assertThat(drift.scaleShift())
          .isCloseTo(Math.sqrt((log2 * log2 + log2Constant * log2Constant) / 2), within(1e-12));
    }
  }

  @Test
  void drift_ofConstantChannelTrackedRight_isZero() {
    BatchNormConfig config = BatchNormConfig.DEFAULT.withMomentum(null);
    try (BatchNorm norm = BatchNorm.local("bn1", 1, config)) {
      INDArray x = Precision.FLOAT32.allocate(4, 1).addi(5);
      norm.forward(x, Pass.training(0));
      norm.commit();
      measure(norm, x);

      assertThat(norm.drift()).isEqualTo(new StatisticsDrift("bn1", 0, 0));
    }
  }

  @Test
  void drift_withoutAPopulation_isRefused() {
    try (BatchNorm norm = BatchNorm.local("bn1", 1, BatchNormConfig.DEFAULT)) {
      assertThatThrownBy(norm::drift)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("bn1: there are no running or no population statistics to compare");
    }
  }

  private static void measure(BatchNorm norm, INDArray x) {
    norm.population().begin();
    norm.forward(x, EVALUATION);
    norm.population().finish(InProcessGroup.solo(), 0);
  }
}
