package org.lockstep.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(60)
class GradientBucketsTest {
  private static final long STEP = 7;

  @ParameterizedTest
  @EnumSource
  void finish_severalBuckets_sumsEveryGradientOverRanks(Precision precision) {
    int ranks = 3;
    InProcessGroup.run(
        ranks,
        world -> {
          List<Layer> layers =
              List.of(
                  new Fixed("a", Bucket.CAPACITY - 1, false, precision),
                  new Fixed("b", 10, false, precision),
                  new Fixed("c", Bucket.CAPACITY + 5, false, precision));
          GradientBuckets buckets = new GradientBuckets(layers, world);
          for (int repeat = 1; repeat <= 2; repeat++) {
            for (int i = layers.size() - 1; i >= 0; i--) {
              layers
                  .get(i)
                  .parameters()
                  .get(0)
                  .gradient()
                  .assign((i + 1) * (world.rank() + repeat));
              buckets.ready(layers.get(i), STEP);
            }
            buckets.finish();
            for (int i = 0; i < layers.size(); i++) {
              float expected = (i + 1) * (ranks * (ranks - 1) / 2f + ranks * repeat);
              INDArray gradient = layers.get(i).parameters().get(0).gradient();
              assertThat(gradient.minNumber().floatValue()).isEqualTo(expected);
              assertThat(gradient.maxNumber().floatValue()).isEqualTo(expected);
            }
          }
        });
  }

  @Test
  void finish_gradientThatIsGlobalAlready_leavesItAlone() {
    InProcessGroup.run(
        2,
        world -> {
          Fixed norm = new Fixed("norm", 4, true, Precision.FLOAT32);
          GradientBuckets buckets = new GradientBuckets(List.of(norm), world);
          norm.parameters().get(0).gradient().assign(5);
          buckets.ready(norm, STEP);
          buckets.finish();
          assertThat(norm.parameters().get(0).gradient().maxNumber().floatValue()).isEqualTo(5f);
          assertThat(world.traffic().collectives()).isZero();
        });
  }

  @Test
  void finish_ofFloat64_keepsEveryDigit() {
    InProcessGroup.run(
        2,
        world -> {
          Fixed layer = new Fixed("fc", 1, false, Precision.FLOAT64);
          GradientBuckets buckets = new GradientBuckets(List.of(layer), world);
          layer.parameters().get(0).gradient().assign(world.rank() == 0 ? 1 + 0x1p-50 : 1);
          buckets.ready(layer, STEP);
          buckets.finish();
          assertThat(layer.parameters().get(0).gradient().getDouble(0)).isEqualTo(2 + 0x1p-50);
        });
  }

  @Test
  void finish_beforeTheBackwardPassIsDone_saysSo() {
    InProcessGroup.run(
        2,
        world -> {
          Fixed first = new Fixed("first", 4, false, Precision.FLOAT32);
          Fixed second = new Fixed("second", 4, false, Precision.FLOAT32);
          GradientBuckets buckets = new GradientBuckets(List.of(first, second), world);
          buckets.ready(second, STEP);
          assertThatThrownBy(buckets::finish).hasMessageContaining("1 of 2 gradients are ready");
        });
  }

  /** A layer that has one parameter and computes nothing. */
  private static final class Fixed implements Layer {
    private final String name;
    private final List<Parameter> parameters = new ArrayList<>();

    Fixed(String name, long size, boolean gradientIsGlobal, Precision precision) {
      this.name = name;
      parameters.add(
          new Parameter(
              name + ".weight",
              precision.allocate(size),
              precision.allocate(size),
              gradientIsGlobal));
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public INDArray forward(INDArray x, Pass pass) {
      return x;
    }

    @Override
    public INDArray backward(INDArray dy) {
      return dy;
    }

    @Override
    public List<Parameter> parameters() {
      return parameters;
    }
  }
}
