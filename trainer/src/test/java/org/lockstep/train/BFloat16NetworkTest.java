package org.lockstep.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.models.NetworkBuilder;
import org.lockstep.nn.Differences;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step of a whole network in bf16 against the same one in float32. */
@Timeout(120)
class BFloat16NetworkTest {
  private static final Shape IMAGE = new Shape(16, 16, 3);
  private static final int CLASSES = 10;
  private static final int BATCH = 16;

  /** What rounding a value to bf16 changes of it, relatively, at most. */
  private static final double ROUNDING = Math.pow(2, -8);

  /** Without kinks: a rounding of each of five layers, and of each of its gradients, is all. */
  @ParameterizedTest
  @ValueSource(strings = {"local", "sync", "group:4", "none"})
  void step_inBf16WithoutKinks_hasTheGradientsOfFloat32WithinRounding(String norm) {
    assertClose(BFloat16NetworkTest::smooth, norm, 5 * ROUNDING);
  }

  private static NetworkBuilder smooth(NetworkBuilder network, int classes) {
    network.conv(8, 3, 1, 1).norm().conv(16, 3, 2, 1);
    return network.globalAveragePool().dense(32).dense(classes);
  }

  private static void assertClose(Model model, String norm, double tolerance) {
    Map<String, double[]> narrow = step(model, norm, Precision.BF16);
    Map<String, double[]> wide = step(model, norm, Precision.FLOAT32);
    assertThat(narrow).containsOnlyKeys(wide.keySet());
    wide.forEach(
        (name, expected) ->
            assertThat(Differences.relativeLength(requireNonNull(narrow.get(name)), expected))
                .as(name)
                .isLessThanOrEqualTo(tolerance));
  }

  /**
   * Where rounding moves a value over the kink of a ReLU, or makes another one the largest of its
   * window, the gradient changes by its whole share. That happens to about 2^-8 of the values of
   * each layer, whose gradients are then as long as the root of that, relative to all of them.
   */
  @ParameterizedTest
  @CsvSource({
    "small, sync, 5",
    "small, group:8, 5",
    "small, none, 5",
    "small-dense, local, 4",
    "lenet-bn, local, 4",
    "resnet8, sync, 8",
    "resnet8, none, 8",
    "resnet18, local, 18"
  })
  void step_inBf16_hasTheGradientsOfFloat32WithinRounding(String model, String norm, int layers) {
    assertClose(Models.find(model), norm, 2 * Math.sqrt(layers * ROUNDING));
  }

  /** Loss, gradients, and the parameters and statistics after the step. */
  private static Map<String, double[]> step(Model model, String norm, Precision precision) {
    Random random = new Random(5);
    int[] labels = random.ints(BATCH, 0, CLASSES).toArray();
    double[] pixels = random.doubles((long) BATCH * IMAGE.size(), -2, 2).toArray();
    NormFactory norms = new NormFactory(NormSpec.parse(norm), InProcessGroup.solo(), precision);
    try (Network network = Models.build(model, IMAGE, CLASSES, norms, 1);
        TrainingStep training =
            new TrainingStep(
                network,
                CLASSES,
                new Sgd(network.parameters(), 0.9, 0, false),
                InProcessGroup.solo())) {
      INDArray x = Precision.FLOAT32.allocate(BATCH, IMAGE.height(), IMAGE.width(), 3);
      Elements.of(x).put(0, pixels, pixels.length);
      Map<String, double[]> result = new LinkedHashMap<>();
      result.put("loss", new double[] {training.step(x, labels, BATCH, BATCH, 0.1)});
      for (Parameter parameter : network.parameters()) {
        result.put(parameter.name(), Elements.of(parameter.gradient()).toArray());
      }
      network.buffers().forEach((name, values) -> result.put(name, values.clone()));
      return result;
    }
  }
}
