package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
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

/** The gradients of a whole network, summed over its ranks, against differences of the loss. */
@Timeout(120)
class NetworkGradientTest {
  private static final Shape IMAGE = new Shape(6, 6, 2);
  private static final int CLASSES = 3;
  private static final double STEP = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "local, 5",
    "sync, 5",
    "sync, 2 3",
    "sync, 1 0 4",
    "group:2, 2 3",
    "instance, 4",
    "frn, 2 3",
    "evonorm:2, 2 3",
    "group:2+ws, 2 3",
    "frn+ws, 2 0 3",
    "none, 2 3"
  })
  void gradients_ofNetwork_equalDifferencesOfTheLoss(String norm, String shards) {
    int[] sizes = Arrays.stream(shards.split(" ")).mapToInt(Integer::parseInt).toArray();
    InProcessGroup.run(
        sizes.length,
        world -> {
          try (Network network =
                  Models.build(
                      NetworkGradientTest::model,
                      IMAGE,
                      CLASSES,
                      new NormFactory(NormSpec.parse(norm), world, Precision.FLOAT64),
                      1);
              TrainingStep training =
                  new TrainingStep(
                      network, CLASSES, new Sgd(network.parameters(), 0, 0, false), world)) {
            new Check(training, world, sizes[world.rank()], Arrays.stream(sizes).sum()).run();
          }
        });
  }

  private static NetworkBuilder model(NetworkBuilder network, int classes) {
    network.conv(4, 3, 1, 1).norm().relu().maxPool(2).conv(6, 3, 2, 1).norm().relu();
    return network.dense(5).relu().dense(classes);
  }

  /** One rank's part in it; its steps have the rate 0 and so change no parameter. */
  private static final class Check {
    private final TrainingStep training;
    private final Communicator world;
    private final INDArray images;
    private final int[] labels;
    private final int count;
    private final int globalCount;

    Check(TrainingStep training, Communicator world, int count, int globalCount) {
      RandomGenerator random = new Random(3 + world.rank());
      this.training = training;
      this.world = world;
      this.count = count;
      this.globalCount = globalCount;
      images = Precision.FLOAT64.allocate(count, IMAGE.height(), IMAGE.width(), IMAGE.channels());
      double[] values = random.doubles((long) count * IMAGE.size(), -1, 1).toArray();
      Elements.of(images).put(0, values, values.length);
      labels = random.ints(count, 0, CLASSES).toArray();
    }

    void run() {
      loss();
      double[][] gradients =
          training.network().parameters().stream()
              .map(parameter -> Elements.of(parameter.gradient()).toArray())
              .toArray(double[][]::new);
      for (int k = 0; k < gradients.length; k++) {
        Parameter parameter = training.network().parameters().get(k);
        double[] expected = Differences.gradient(this::loss, Elements.of(parameter.value()), STEP);
        assertThat(Differences.largestRelative(gradients[k], expected))
            .as(parameter.name())
            .isLessThan(1e-6);
      }
    }

    /** Of all ranks' samples. */
    private double loss() {
      double[] sum = {training.step(images, labels, count, globalCount, 0)};
      world.allReduce(sum, 1, ReduceOp.SUM, new OpTag(training.steps(), "loss", Phase.EVALUATION));
      return sum[0];
    }
  }
}
