package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(30)
class NormFactoryTest {
  private static final Shape FEATURES = Shape.features(1);

  /** Rank r holds the values 2r - 1 and 2r + 1, so the mean of neighbours tells who took part. */
  @ParameterizedTest
  @CsvSource({"local,1,false", "sync,4,true", "sync:2,2,false", "sync:4,4,true", "sync:1,1,false"})
  void create_ofBatchNorm_sharesStatisticsAmongTheGroup(String name, int size, boolean global) {
    InProcessGroup.run(
        4,
        world -> {
          try (NormFactory factory =
                  new NormFactory(NormSpec.parse(name), world, Precision.FLOAT32);
              Layer layer = factory.create("bn1", FEATURES, false)) {
            float middle = 2 * world.rank();
            INDArray x = Nd4j.createFromArray(middle - 1, middle + 1).reshape(2, 1);
            layer.forward(x, Pass.training(0));
            int first = world.rank() / size * size;
            assertThat(((BatchNorm) layer).mean()).containsExactly(2 * first + size - 1);
            assertThat(layer.parameters().get(0).gradientIsGlobal()).isEqualTo(global);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"group:2,2", "layer,1", "instance,4"})
  void create_ofGroupNorm_hasTheGroupsAskedFor(String name, int groups) {
    try (NormFactory factory =
            new NormFactory(NormSpec.parse(name), InProcessGroup.solo(), Precision.FLOAT32);
        Layer layer = factory.create("gn1", new Shape(2, 2, 4), true)) {
      layer.forward(Batches.random(1, 0, 1, 3, 2, 2, 4), Pass.training(0));
      assertThat(((GroupNorm) layer).mean()).hasSize(3 * groups);
    }
  }

  /** Of the values 0 and 2, mean and variance are 1; with eps 3 the deviations become ±1/2. */
  @ParameterizedTest
  @ValueSource(strings = {"local", "sync", "layer"})
  void create_withAConfigOfItsOwn_usesItsEps(String name) {
    BatchNormConfig config = BatchNormConfig.DEFAULT.withEps(3).withPrecision(Precision.FLOAT64);
    try (NormFactory factory =
            new NormFactory(NormSpec.parse(name), InProcessGroup.solo(), config);
        Layer layer = factory.create("n", FEATURES, false)) {
      INDArray x = Nd4j.createFromArray(0.0, 2.0).reshape(1, 2, 1, 1);
      INDArray y = layer.forward(x, Pass.training(0));
      assertThat(Batches.values(y)).containsExactly(-0.5, 0.5);
    }
  }

  @Test
  void create_withAConfigOfItsOwn_usesItsMomentum() {
    BatchNormConfig config = BatchNormConfig.DEFAULT.withMomentum(1.0);
    try (NormFactory factory =
            new NormFactory(NormSpec.parse("local"), InProcessGroup.solo(), config);
        Layer layer = factory.create("n", FEATURES, false)) {
      layer.forward(Nd4j.createFromArray(4f, 6f).reshape(2, 1), Pass.training(0));
      layer.commit();
      assertThat(layer.buffers().get("n.running_mean")).containsExactly(5);
    }
  }

  /** The group of two is the factory's own, the world is the caller's. */
  @Test
  void close_ofAGroupedFactory_closesTheGroupAndNotTheWorld() {
    InProcessGroup.run(
        4,
        world -> {
          NormFactory factory = new NormFactory(NormSpec.parse("sync:2"), world, Precision.FLOAT32);
          try (Layer layer = factory.create("bn1", FEATURES, false)) {
            factory.close();
            assertThatThrownBy(() -> layer.forward(Batches.random(1, 0, 1, 2, 1), Pass.training(0)))
                .hasMessageContaining("this communicator is closed");
          }
          new NormFactory(NormSpec.parse("sync"), world, Precision.FLOAT32).close();
          world.barrier(new OpTag(0, "the world is open", Phase.CONTROL));
        });
  }

  @Test
  void create_withRelu_hasNoNegativeOutput() {
    try (NormFactory factory =
            new NormFactory(NormSpec.parse("local"), InProcessGroup.solo(), Precision.FLOAT32);
        Layer layer = factory.create("bn1", FEATURES, true)) {
      double[] y = Batches.values(layer.forward(Batches.random(1, 0, 1, 20, 1), Pass.training(0)));
      assertThat(Arrays.stream(y).min()).hasValue(0);
    }
  }

  @Test
  void create_ofWhatDoesNotFit_isRefused() {
    try (NormFactory none =
            new NormFactory(NormSpec.parse("none"), InProcessGroup.solo(), Precision.FLOAT32);
        NormFactory group =
            new NormFactory(NormSpec.parse("group:3"), InProcessGroup.solo(), Precision.FLOAT32)) {
      assertThatThrownBy(() -> none.create("n", FEATURES, false))
          .hasMessage("n: norm 'none' has no layer");
      assertThatThrownBy(() -> group.create("n", Shape.features(4), false))
          .hasMessageContaining("divides the 4 channels, found 3");
    }
    assertThatThrownBy(
            () ->
                new NormFactory(NormSpec.parse("sync:2"), InProcessGroup.solo(), Precision.FLOAT32))
        .hasMessageContaining("divides the 1 workers, found 2");
  }
}
