package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a {@link GoldenCase} on real ranks and finds how far every quantity is from what is
 * expected, as a fraction of its tolerance: above 1 is a failure. Takes any way to run ranks, so
 * that the same cases check every transport.
 */
public final class GoldenCheck {
  private static final OpTag TAG = new OpTag(0, "check", Phase.CONTROL);

  private final GoldenCase golden;
  private final String precision;
  private final Layout layout;
  private final Map<String, Double> errors = new ConcurrentSkipListMap<>();

  private GoldenCheck(GoldenCase golden, String precision, Layout layout) {
    this.golden = golden;
    this.precision = precision;
    this.layout = layout;
  }

  /** The names of all cases that the layers support. */
  public static List<String> cases() {
    return GoldenCase.SUPPORTED;
  }

  /**
   * Runs a case.
   *
   * @param name the case's folder
   * @param precision whose tolerances count: {@code float32} or {@code float32_strict}
   * @param layout how the batches are handed to the layer
   * @param ranks runs the ranks
   * @return quantity -> its largest error over its tolerance
   */
  public static Map<String, Double> errors(
      String name, String precision, Layout layout, RankRunner ranks) throws Exception {
    GoldenCheck check = new GoldenCheck(GoldenCase.load(name), precision, layout);
    ranks.run(check.golden.workers(), check::runRank);
    return check.errors;
  }

  private void runRank(Communicator group) throws IOException {
    try (Layer layer = golden.layer(group, layout)) {
      for (int step = 0; step < golden.steps().size(); step++) {
        train(layer, group, golden.steps().get(step), step);
      }
      JsonNode evaluation = golden.evaluation();
      if (evaluation != null) {
        evaluate(layer, group, evaluation);
      }
    }
  }

  private void train(Layer layer, Communicator group, JsonNode step, int number)
      throws IOException {
    pass(layer, group, step, Pass.training(number), "");
    compareGradients(layer, group, step, layer.parameters().get(0).gradientIsGlobal(), "");
    compareStatistics(layer, group, step);
    layer.commit();
    for (String name : List.of("running_mean", "running_var")) {
      double[] values = layer.buffers().get("norm." + name);
      if (values != null) {
        compare(name, values, golden.array(step, name).values());
        assertSameOnAllRanks(group, values);
      }
    }
    double[] tracked = layer.buffers().get("norm.num_batches_tracked");
    if (tracked != null) {
      assertThat(tracked).containsExactly(step.get("num_batches_tracked").asDouble());
    }
  }

  private void evaluate(Layer layer, Communicator group, JsonNode part) throws IOException {
    long collectives = group.traffic().collectives();
    pass(layer, group, part, Pass.evaluation(0), "eval_");
    assertThat(group.traffic().collectives()).isEqualTo(collectives);
    compareGradients(layer, group, part, false, "eval_");
  }

  private void pass(Layer layer, Communicator group, JsonNode part, Pass pass, String prefix)
      throws IOException {
    INDArray y = layer.forward(input(part, "x", group), pass);
    compareRows(prefix + "y", y, golden.shard(part, "y", group.rank()));
    INDArray dx = layer.backward(input(part, "dy", group));
    compareRows(prefix + "dx", dx, golden.shard(part, "dx", group.rank()));
  }

  private void compareGradients(
      Layer layer, Communicator group, JsonNode part, boolean global, String prefix)
      throws IOException {
    for (int i = 0; i < 2; i++) {
      double[] gradient = values(layer.parameters().get(i).gradient());
      if (!global) {
        group.allReduce(gradient, gradient.length, ReduceOp.SUM, TAG);
      }
      String name = i == 0 ? "dgamma" : "dbeta";
      compare(prefix + name, gradient, golden.array(part, name).values());
    }
  }

  private void compareStatistics(Layer layer, Communicator group, JsonNode step)
      throws IOException {
    if (layer instanceof BatchNorm norm) {
      compare("mean", norm.mean(), golden.array(step, "mean").values());
      compare("var", norm.variance(), golden.array(step, "var").values());
      assertSameOnAllRanks(group, norm.mean());
      assertSameOnAllRanks(group, norm.variance());
    } else if (layer instanceof GroupNorm norm) {
      double[] mean = golden.shard(step, "mean", group.rank()).values();
      compare("mean", Arrays.copyOf(norm.mean(), mean.length), mean);
      double[] variance = golden.shard(step, "var", group.rank()).values();
      compare("var", Arrays.copyOf(norm.variance(), variance.length), variance);
    }
  }

  private static void assertSameOnAllRanks(Communicator group, double[] mine) {
    double[] all = new double[group.worldSize() * mine.length];
    group.allGather(mine, all, TAG);
    for (int rank = 0; rank < group.worldSize(); rank++) {
      assertThat(Arrays.copyOfRange(all, rank * mine.length, (rank + 1) * mine.length))
          .containsExactly(mine);
    }
  }

  /** This rank's rows as the layer takes them. */
  private INDArray input(JsonNode part, String key, Communicator group) throws IOException {
    NpyArray rows = golden.shard(part, key, group.rank());
    INDArray array = Precision.FLOAT32.allocate(rows.shape());
    FloatBuffer memory = HostMemory.floats(array);
    for (double value : rows.values()) {
      memory.put((float) value);
    }
    boolean transpose = layout == Layout.CHANNELS_LAST && array.rank() == 4;
    return transpose ? array.permute(0, 2, 3, 1) : array;
  }

  private void compareRows(String quantity, INDArray actual, NpyArray expected) {
    boolean transpose = layout == Layout.CHANNELS_LAST && actual.rank() == 4;
    INDArray rows = transpose ? actual.permute(0, 3, 1, 2) : actual;
    assertThat(rows.shape()).containsExactly(expected.shape());
    compare(quantity, values(rows), expected.values());
  }

  private static double[] values(INDArray array) {
    return array.isEmpty() ? new double[0] : array.dup('c').data().asDouble();
  }

  private void compare(String quantity, double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      worst = error <= worst ? worst : Double.isFinite(error) ? error : Double.POSITIVE_INFINITY;
    }
    double tolerance = golden.tolerance(precision, quantity);
    errors.merge(quantity, worst == 0 ? 0 : worst / tolerance, Math::max);
  }
}
