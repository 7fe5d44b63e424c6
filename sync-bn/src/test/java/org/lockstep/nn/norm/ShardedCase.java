package org.lockstep.nn.norm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.Textbook.Statistics;

/**
 * A way to train a batch norm on several ranks.
 *
 * @param groupSize neighbouring ranks that share statistics; divides the ranks
 * @param shards the samples of each rank in each step; a group has two values a channel or none
 * @param mean of the values, whose standard deviation is 1
 * @param seed of all values
 */
record ShardedCase(
    BatchNormConfig config,
    List<Integer> space,
    int channels,
    int groupSize,
    List<List<Integer>> shards,
    double mean,
    long seed) {

  /** Cases of up to 8 ranks and 3 steps, with shards of 0 to 3 samples. */
  static Arbitrary<ShardedCase> arbitrary() {
    Arbitrary<List<Integer>> space = Arbitraries.integers().between(1, 3).list().ofMaxSize(3);
    Arbitrary<Integer> channels = Arbitraries.integers().between(1, 9);
    Arbitrary<Double> mean = Arbitraries.of(0.0, 3.0, -1e3, 1e6);
    Arbitrary<Integer> groupCount = Arbitraries.of(1, 1, 1, 1, 2, 2, 3, 4, 8);
    return groupCount.flatMap(
        groups ->
            Arbitraries.integers()
                .between(1, 8 / groups)
                .flatMap(
                    size ->
                        Combinators.combine(
                                configs(),
                                space,
                                channels,
                                Arbitraries.just(size),
                                shards(groups * size),
                                mean,
                                Arbitraries.longs())
                            .as(ShardedCase::new)
                            .map(ShardedCase::withoutSingleValues)));
  }

  private static Arbitrary<List<List<Integer>>> shards(int ranks) {
    return Arbitraries.integers()
        .between(0, 3)
        .list()
        .ofSize(ranks)
        .list()
        .ofMinSize(2)
        .ofMaxSize(3);
  }

  private static Arbitrary<BatchNormConfig> configs() {
    Arbitrary<Boolean> flag = Arbitraries.of(true, false);
    return Combinators.combine(
            Arbitraries.of(1e-5, 1e-2),
            Arbitraries.of(0.1, 0.75, 1.0).injectNull(0.3),
            flag,
            flag,
            flag,
            Arbitraries.of(Layout.values()),
            Arbitraries.of(Precision.values()))
        .as(
            (eps, momentum, affine, tracked, relu, layout, precision) ->
                new BatchNormConfig(eps, momentum, affine, tracked, relu, layout, precision, null));
  }

  /** One value a channel cannot be trained on: the group's first rank gets a second sample. */
  private ShardedCase withoutSingleValues() {
    List<List<Integer>> enough = new ArrayList<>();
    for (List<Integer> step : shards) {
      List<Integer> counts = new ArrayList<>(step);
      for (int first = 0; first < ranks(); first += groupSize) {
        int samples = counts.subList(first, first + groupSize).stream().reduce(0, Integer::sum);
        if (samples == 1 && space.stream().allMatch(axis -> axis == 1)) {
          counts.set(first, counts.get(first) + 1);
        }
      }
      enough.add(List.copyOf(counts));
    }
    return new ShardedCase(config, space, channels, groupSize, enough, mean, seed);
  }

  int ranks() {
    return shards.get(0).size();
  }

  int groups() {
    return ranks() / groupSize;
  }

  boolean groupIsWorld() {
    return groupSize == ranks();
  }

  int steps() {
    return shards.size();
  }

  /** Where the samples of {@code rank} begin in a step's batch; its end for the last rank + 1. */
  int firstSample(int step, int rank) {
    return shards.get(step).subList(0, rank).stream().reduce(0, Integer::sum);
  }

  int samples(int step) {
    return firstSample(step, ranks());
  }

  RowBatch batch(Random random, double about, int step) {
    return RowBatch.random(random, about, 1, config.precision(), samples(step), space, channels);
  }

  /**
   * By which formulas a step's values are normalized where {@code sharing} ranks share statistics.
   */
  Textbook textbook(int step, int sharing) {
    int[] rankOf =
        IntStream.range(0, ranks())
            .flatMap(rank -> IntStream.generate(() -> rank).limit(shards.get(step).get(rank)))
            .toArray();
    int sampleSize = new RowBatch(space, channels, new double[0]).sampleSize();
    return new Textbook(
        i -> rankOf[i / sampleSize] / sharing * channels + i % channels,
        ranks() / sharing * channels,
        config.eps(),
        gamma(),
        beta(),
        config.relu());
  }

  /** What the group of {@code rank} has, of the statistics of all groups: C values of each. */
  Statistics ofRank(Statistics all, int rank) {
    int from = rank / groupSize * channels;
    return new Statistics(
        Arrays.copyOfRange(all.count(), from, from + channels),
        Arrays.copyOfRange(all.mean(), from, from + channels),
        Arrays.copyOfRange(all.variance(), from, from + channels));
  }

  /** C numbers from 0.5 to 2, of either sign; 1 where gamma is fixed. */
  double[] gamma() {
    Random random = new Random(seed);
    return IntStream.range(0, channels)
        .mapToDouble(c -> (0.5 + 1.5 * random.nextFloat()) * (random.nextBoolean() ? 1 : -1))
        .map(value -> config.affine() ? (float) value : 1)
        .toArray();
  }

  /** C numbers about 0; 0 where beta is fixed. */
  double[] beta() {
    Random random = new Random(seed + 1);
    return IntStream.range(0, channels)
        .mapToDouble(c -> config.affine() ? (float) random.nextGaussian() : 0)
        .toArray();
  }
}
