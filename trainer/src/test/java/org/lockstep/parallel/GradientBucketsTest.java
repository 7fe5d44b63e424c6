package org.lockstep.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
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
          Fixed norm = new Fixed("norm", 4, true);
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
          gradient(layer).assign(world.rank() == 0 ? 1 + 0x1p-50 : 1);
          buckets.ready(layer, STEP);
          buckets.finish();
          assertThat(gradient(layer).getDouble(0)).isEqualTo(2 + 0x1p-50);
        });
  }

  @Test
  void finish_beforeTheBackwardPassIsDone_saysSo() {
    InProcessGroup.run(
        2,
        world -> {
          Fixed first = new Fixed("first", 4, false);
          Fixed second = new Fixed("second", 4, false);
          GradientBuckets buckets = new GradientBuckets(List.of(first, second), world);
          buckets.ready(second, STEP);
          assertThatThrownBy(buckets::finish).hasMessageContaining("1 of 2 gradients are ready");
        });
  }

  /** Buckets are filled to the brim, and a gradient that does not fit begins the next. */
  @ParameterizedTest
  @CsvSource({"10, 0, 1", "10, 1, 2", "0, 0, 1", "0, 1, 2"})
  void finish_ofGradientsAboutTheCapacity_makesACollectiveABucket(
      int rest, int excess, int collectives) {
    InProcessGroup.run(
        2,
        world -> {
          List<Layer> layers = new ArrayList<>();
          layers.add(new Fixed("first", Bucket.CAPACITY - rest, false));
          if (rest + excess > 0) {
            layers.add(new Fixed("second", rest + excess, false));
          }
          GradientBuckets buckets = new GradientBuckets(layers, world);
          for (int i = layers.size() - 1; i >= 0; i--) {
            buckets.ready(layers.get(i), STEP);
          }
          buckets.finish();
          assertThat(world.traffic().collectives()).isEqualTo(collectives);
        });
  }

  @Test
  void finish_onOneRank_asksNobody() {
    Communicator solo = InProcessGroup.solo();
    Fixed layer = new Fixed("a", 4, false);
    GradientBuckets buckets = new GradientBuckets(List.of(layer), solo);
    layer.parameters().get(0).gradient().assign(5);
    buckets.ready(layer, STEP);
    buckets.finish();
    assertThat(layer.parameters().get(0).gradient().minNumber().floatValue()).isEqualTo(5f);
    assertThat(solo.traffic().collectives()).isZero();
  }

  /** Sums of small whole numbers are exact in either precision, in whatever order. */
  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void finish_ofAnyLayers_sumsWhatIsNotGlobalAlready(
      @ForAll @IntRange(min = 1, max = 6) int ranks,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 300) Integer> sizes,
      @ForAll Precision precision,
      @ForAll long seed) {
    boolean[] global = new boolean[sizes.size()];
    Random random = new Random(seed);
    IntStream.range(0, global.length).forEach(i -> global[i] = random.nextInt(4) == 0);
    InProcessGroup.run(
        ranks,
        world -> {
          List<Layer> layers = new ArrayList<>();
          for (int i = 0; i < sizes.size(); i++) {
            layers.add(new Fixed("layer" + i, sizes.get(i), global[i], precision));
          }
          GradientBuckets buckets = new GradientBuckets(layers, world);
          for (int i = layers.size() - 1; i >= 0; i--) {
            double[] mine = numbers(sizes.get(i), (world.rank() + 1) * (i + 1));
            Elements.of(gradient(layers.get(i))).put(0, mine, mine.length);
            buckets.ready(layers.get(i), STEP);
          }
          buckets.finish();
          for (int i = 0; i < layers.size(); i++) {
            int factor = global[i] ? world.rank() + 1 : ranks * (ranks + 1) / 2;
            assertThat(Elements.of(gradient(layers.get(i))).toArray())
                .containsExactly(numbers(sizes.get(i), factor * (i + 1)));
          }
        });
  }

  @Test
  void sum_inFloat64_isDoneAtOnce() {
    OpTag tag = new OpTag(STEP, "bucket0", Phase.GRADIENT);
    assertThat(new DoubleBucket("bucket0").sum(InProcessGroup.solo(), 0, tag).isDone()).isTrue();
  }

  private static double[] numbers(int count, int factor) {
    return IntStream.range(0, count).mapToDouble(i -> (double) factor * i).toArray();
  }

  private static INDArray gradient(Layer layer) {
    return layer.parameters().get(0).gradient();
  }
}
