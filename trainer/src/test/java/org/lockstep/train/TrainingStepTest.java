package org.lockstep.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.nn.Precision.FLOAT32;
import static org.lockstep.nn.Precision.FLOAT64;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Differences;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whole updates in float64: ranks on shards are one rank on the whole, far below float32's
 * rounding.
 */
@Timeout(120)
class TrainingStepTest {
  private static final Shape IMAGE = new Shape(28, 28, 1);
  private static final int CLASSES = 10;
  private static final int BATCH = 8;
  private static final int STEPS = 4;
  private static final double RATE = 0.05;

  @ParameterizedTest
  @CsvSource({
    "small, sync, '2 2 2 2'",
    "small, sync, '1 2 3 2'",
    "small-dense, sync, '3 0 5'",
    "lenet-bn, sync, '0 8'",
    "resnet8, sync, '3 5'",
    "small-dense, group:8, '1 2 3 2'",
    "small-dense, none, '4 3 1'"
  })
  void step_inFloat64OnShards_equalsOneRankOnTheWhole(String model, String norm, String shards) {
    int[] sizes = Arrays.stream(shards.split(" ")).mapToInt(Integer::parseInt).toArray();
    Map<String, double[]> found = train(model, norm, FLOAT64, sizes);
    Map<String, double[]> expected = train(model, norm, FLOAT64, BATCH);
    assertThat(found).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, values) ->
            assertThat(Differences.largest(requireNonNull(found.get(name)), values))
                .as(name)
                .isLessThan(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"small, sync", "lenet-bn, local", "resnet8, group:8"})
  void step_inFloat32_equalsFloat64WithinRounding(String model, String norm) {
    Map<String, double[]> single = train(model, norm, FLOAT32, BATCH);
    Map<String, double[]> exact = train(model, norm, FLOAT64, BATCH);
    assertThat(single).containsOnlyKeys(exact.keySet());
    exact.forEach(
        (name, values) ->
            assertThat(Differences.largest(requireNonNull(single.get(name)), values))
                .as(name)
                .isLessThan(1e-4));
  }

  @Test
  void step_once_changesParametersAndRunningStatistics() {
    InProcessGroup.run(
        1,
        world -> {
          try (Network network = build("small", "sync", world, FLOAT32);
              TrainingStep training = training(network, world)) {
            double[] before = Elements.of(network.parameters().get(0).value()).toArray();
            step(training, FLOAT32, 0, 0, BATCH);
            assertThat(Elements.of(network.parameters().get(0).value()).toArray())
                .isNotEqualTo(before);
            assertThat(network.buffers().get("norm1.running_mean")).isNotEqualTo(new double[16]);
            assertThat(training.steps()).isEqualTo(1);
          }
        });
  }

  @Test
  void logits_beforeAnyStep_areRefused() {
    InProcessGroup.run(
        1,
        world -> {
          try (Network network = build("small", "local", world, FLOAT32);
              TrainingStep training = training(network, world)) {
            assertThatThrownBy(training::logits)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("logits follow a step");
          }
        });
  }

  /** Parameters, buffers, and the last step's loss and logits, after some steps of all ranks. */
  private static Map<String, double[]> train(
      String model, String norm, Precision precision, int... shards) {
    Map<String, double[]> results = new ConcurrentHashMap<>();
    results.put("logits", new double[BATCH * CLASSES]);
    results.put("loss", new double[1]);
    InProcessGroup.run(
        shards.length,
        world -> {
          try (Network network = build(model, norm, world, precision);
              TrainingStep training = training(network, world)) {
            int first = Arrays.stream(shards, 0, world.rank()).sum();
            double loss = 0;
            for (int step = 0; step < STEPS; step++) {
              loss = step(training, precision, step, first, shards[world.rank()]);
            }
            report(training, loss, first, world, results);
          }
        });
    return results;
  }

  private static double step(
      TrainingStep training, Precision precision, int step, int first, int count) {
    RandomGenerator random = new java.util.Random(step);
    double[] images =
        random.doubles((long) BATCH * IMAGE.size(), -1, 1).map(v -> (float) v).toArray();
    int[] labels = random.ints(BATCH, 0, CLASSES).toArray();
    INDArray x = precision.allocate(count, IMAGE.height(), IMAGE.width(), IMAGE.channels());
    double[] mine =
        Arrays.copyOfRange(images, first * IMAGE.size(), (first + count) * IMAGE.size());
    Elements.of(x).put(0, mine, mine.length);
    return training.step(x, Arrays.copyOfRange(labels, first, first + count), count, BATCH, RATE);
  }

  private static void report(
      TrainingStep training, double loss, int first, Communicator world, Map<String, double[]> to) {
    double[] logits = Elements.of(training.logits()).toArray();
    System.arraycopy(logits, 0, requireNonNull(to.get("logits")), first * CLASSES, logits.length);
    to.merge("loss", new double[] {loss}, (a, b) -> new double[] {a[0] + b[0]});
    if (world.rank() == 0) {
      to.putAll(training.network().buffers());
      training
          .network()
          .parameters()
          .forEach(p -> to.put(p.name(), Elements.of(p.value()).toArray()));
    }
  }

  private static Network build(String model, String norm, Communicator world, Precision precision) {
    return Models.build(model, IMAGE, CLASSES, NormSpec.parse(norm), world, 1, precision);
  }

  private static TrainingStep training(Network network, Communicator world) {
    return new TrainingStep(
        network, CLASSES, new Sgd(network.parameters(), 0.9, 1e-2, false), world);
  }
}
