package org.lockstep.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.nn.Precision.BF16;
import static org.lockstep.nn.Precision.FLOAT32;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Differences;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.loss.SoftmaxCrossEntropy;
import org.lockstep.nn.norm.NormSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Ranks on shards compute what one rank computes on the whole batch. */
@Timeout(120)
class EquivalenceTest {
  private static final int BATCH = 8;
  private static final int CLASSES = 10;
  private static final Shape IMAGE = new Shape(28, 28, 1);

  private final float[] images = gaussians(BATCH * IMAGE.size());
  private final int[] labels = {3, 1, 4, 1, 5, 9, 2, 6};

  @ParameterizedTest
  @CsvSource({
    "small, sync, '2 2 2 2'",
    "small, sync, '1 2 3 2'",
    "small, sync, '3 0 5'",
    "small-dense, sync, '1 1 1 1 1 1 1 1'",
    "lenet-bn, sync, '0 8'",
    "small, group:8, '1 2 3 2'",
    "small-dense, none, '1 2 3 2'",
    "small-dense, renorm:1, '3 0 5'",
    "small-dense, frn, '3 0 5'",
    "small, evonorm, '3 0 5'",
    "resnet8, evonorm, '1 2 3 2'",
    "resnet8, sync+ws, '3 0 5'",
    "resnet8, frn, '1 2 3 2'",
    "resnet8, sync, '1 2 3 2'",
    "resnet20, group:8, '3 0 5'"
  })
  void step_ofRanksOnShards_equalsOneRankOnTheWhole(String model, String norm, String shards) {
    int[] sizes = Arrays.stream(shards.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertEqual(step(FLOAT32, model, norm, sizes), step(FLOAT32, model, norm, BATCH), 2e-5);
  }

  /**
   * The first norm's input does not depend on the shards, so that its statistics are as good as in
   * float32. Behind it a mean that differs in its last bits rounds a value now and then to the
   * other neighbour, 2^-8 away, which may lie beyond the kink of a ReLU: then a gradient changes by
   * all of that value's share.
   */
  @ParameterizedTest
  @CsvSource({
    "small, sync, '1 2 3 2'",
    "small, sync, '3 0 5'",
    "lenet-bn, sync, '0 8'",
    "small, group:8, '1 2 3 2'",
    "small, group:8+ws, '3 0 5'",
    "small, frn, '1 2 3 2'",
    "small, evonorm, '3 0 5'",
    "resnet8, sync, '1 1 1 1 1 1 1 1'"
  })
  void step_inBf16OfRanksOnShards_equalsOneRankOnTheWhole(
      String model, String norm, String shards) {
    int[] sizes = Arrays.stream(shards.split(" ")).mapToInt(Integer::parseInt).toArray();
    Map<String, double[]> found = step(BF16, model, norm, sizes);
    Map<String, double[]> expected = step(BF16, model, norm, BATCH);
    assertThat(found).containsOnlyKeys(expected.keySet());
    found.forEach(
        (name, value) -> {
          boolean forward = name.contains("running") || name.equals("loss");
          double tolerance = forward ? 0x1p-8 : 0x1p-3;
          assertThat(Differences.relativeLength(value, requireNonNull(expected.get(name))))
              .as(name)
              .isLessThan(tolerance);
        });
    for (String name : List.of("norm1.running_mean", "norm1.running_var")) {
      if (expected.containsKey(name)) {
        double[] statistics = requireNonNull(found.get(name));
        assertThat(Differences.largest(statistics, requireNonNull(expected.get(name))))
            .as(name)
            .isLessThan(1e-6);
      }
    }
  }

  private static void assertEqual(
      Map<String, double[]> found, Map<String, double[]> expected, double tolerance) {
    assertThat(found).containsOnlyKeys(expected.keySet());
    found.forEach(
        (name, value) ->
            assertThat(largestDifference(value, requireNonNull(expected.get(name))))
                .as(name)
                .isLessThan(tolerance));
  }

  /** Loss, logits, gradients and buffers of one training step of all ranks. */
  private Map<String, double[]> step(
      Precision precision, String model, String norm, int... shards) {
    Map<String, double[]> global = new ConcurrentHashMap<>();
    double[] logits = new double[BATCH * CLASSES];
    InProcessGroup.run(
        shards.length,
        rank -> {
          int first = Arrays.stream(shards, 0, rank.rank()).sum();
          step(precision, model, norm, rank, first, shards[rank.rank()], logits, global);
        });
    global.put("logits", logits);
    return new TreeMap<>(global);
  }

  private void step(
      Precision precision,
      String model,
      String norm,
      Communicator rank,
      int first,
      int count,
      double[] logits,
      Map<String, double[]> global) {
    NormSpec spec = NormSpec.parse(norm);
    try (Network network = Models.build(model, IMAGE, CLASSES, spec, rank, 1, precision);
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(CLASSES)) {
      INDArray x = FLOAT32.allocate(count, IMAGE.height(), IMAGE.width(), IMAGE.channels());
      HostMemory.floats(x).put(images, first * IMAGE.size(), count * IMAGE.size());
      INDArray y = network.forward(x, Pass.training(0));
      double[] mine = doubles(y);
      System.arraycopy(mine, 0, logits, first * CLASSES, mine.length);
      int[] rows = Arrays.copyOfRange(labels, first, first + count);
      double share = loss.forward(y, rows, count, BATCH);
      global.merge("loss", new double[] {share}, EquivalenceTest::sum);
      network.backward(loss.gradient(), layer -> {});
      network.commit();
      for (Parameter parameter : network.parameters()) {
        if (!parameter.gradientIsGlobal() || rank.rank() == 0) {
          global.merge(parameter.name(), doubles(parameter.gradient()), EquivalenceTest::sum);
        }
      }
      if (rank.rank() == 0) {
        global.putAll(network.buffers());
      }
    }
  }

  private static double largestDifference(double[] found, double[] expected) {
    return IntStream.range(0, expected.length)
        .mapToDouble(i -> Math.abs(found[i] - expected[i]))
        .max()
        .orElseThrow();
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private static double[] doubles(INDArray array) {
    float[] values = new float[(int) array.length()];
    HostMemory.floats(array).get(values);
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private static float[] gaussians(int count) {
    Random random = new Random(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
