package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.RankBody;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/** p ranks on shards compute what one rank computes on the shards put together. */
class ShardEquivalenceTest {
  private static final double ROUNDING = 4e-6;

  @Property(tries = 60)
  void batchNorm_onShards_equalsOneRankOnTheWhole(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 3) Integer> shards,
      @ForAll @IntRange(min = 1, max = 9) int channels,
      @ForAll @IntRange(min = 2, max = 6) int space,
      @ForAll boolean relu,
      @ForAll long seed) {
    int samples = shards.stream().mapToInt(Integer::intValue).sum();
    INDArray x = Batches.random(seed, 3, 1, samples, space, 1, channels);
    INDArray dy = Batches.random(seed + 1, 0, 1, samples, space, 1, channels);
    BatchNormConfig config = BatchNormConfig.DEFAULT.withRelu(relu);
    try (BatchNorm whole = BatchNorm.local("bn", channels, config)) {
      double[] y = Batches.values(whole.forward(x, Pass.training(0)));
      double[] dx = Batches.values(whole.backward(dy));
      whole.commit();
      double steepest =
          Arrays.stream(whole.variance()).map(v -> 1 / Math.sqrt(v + config.eps())).max().orElse(1);
      double[][] states = new double[shards.size()][];
      RankBody body =
          group -> {
            int rank = group.rank();
            int count = shards.get(rank);
            int from = shards.stream().limit(rank).mapToInt(Integer::intValue).sum();
            int first = from * space * channels;
            int last = first + count * space * channels;
            try (BatchNorm part = BatchNorm.sync("bn", channels, config, group)) {
              assertClose(
                  part.forward(Batches.samples(x, from, count), Pass.training(0)),
                  Arrays.copyOfRange(y, first, last),
                  1 + steepest);
              assertClose(
                  part.backward(Batches.samples(dy, from, count)),
                  Arrays.copyOfRange(dx, first, last),
                  1 + steepest);
              part.commit();
              states[rank] = state(part);
            }
          };
      InProcessGroup.run(shards.size(), body);
      assertThat(List.of(states)).allSatisfy(state -> assertThat(state).containsExactly(states[0]));
      assertThat(states[0]).containsExactly(state(whole), within(ROUNDING * (1 + samples * space)));
    }
  }

  private static void assertClose(INDArray actual, double[] expected, double scale) {
    assertThat(Batches.values(actual)).containsExactly(expected, within(10 * ROUNDING * scale));
  }

  /** Everything that must be the same on all ranks: gradients and running statistics. */
  private static double[] state(Layer layer) {
    double[] gradients =
        layer.parameters().stream()
            .flatMapToDouble(p -> Arrays.stream(Batches.values(p.gradient())))
            .toArray();
    double[] buffers =
        layer.buffers().keySet().stream()
            .sorted()
            .flatMapToDouble(name -> Arrays.stream(layer.buffers().get(name)))
            .toArray();
    double[] all = Arrays.copyOf(gradients, gradients.length + buffers.length);
    System.arraycopy(buffers, 0, all, gradients.length, buffers.length);
    return all;
  }
}
