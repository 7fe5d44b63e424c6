package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.Shape;

class ShardedSamplerTest {
  private static final int CLASSES = 10;

  @Property(tries = 300)
  void epoch_ofAllRanks_takesEachSampleOnce(
      @ForAll Shards shards,
      @ForAll @IntRange(min = 8, max = 200) int samples,
      @ForAll @IntRange(min = 1, max = 8) int worldSize,
      @ForAll @IntRange(min = 1, max = 70) int batch,
      @ForAll long seed,
      @ForAll @IntRange(max = 5) int epoch) {
    int[] taken = new int[samples];
    for (ShardedSampler sampler : allRanks(images(samples), shards, batch, worldSize, seed)) {
      for (int step = 0; step < sampler.stepsPerEpoch(); step++) {
        Arrays.stream(indices(sampler.batch(epoch, step))).forEach(i -> taken[i]++);
      }
    }
    assertThat(taken).containsOnly(1);
  }

  @Property(tries = 300)
  void globalSize_everyStep_isTheSumOfAllRanks(
      @ForAll Shards shards,
      @ForAll @IntRange(min = 8, max = 200) int samples,
      @ForAll @IntRange(min = 1, max = 8) int worldSize,
      @ForAll @IntRange(min = 1, max = 70) int batch) {
    List<ShardedSampler> ranks = allRanks(images(samples), shards, batch, worldSize, 1);
    for (int step = 0; step < ranks.get(0).stepsPerEpoch(); step++) {
      int at = step;
      List<BatchIndices> batches = ranks.stream().map(r -> r.batch(0, at)).toList();
      int sum = batches.stream().mapToInt(BatchIndices::size).sum();
      assertThat(sum).isPositive();
      assertThat(batches).allSatisfy(b -> assertThat(b.globalSize()).isEqualTo(sum));
      for (int rank = 0; rank < worldSize; rank++) {
        int size = batches.get(rank).size();
        int of = rank;
        assertThat(ranks).allSatisfy(r -> assertThat(r.size(at, of)).isEqualTo(size));
      }
      assertThat(batches).allSatisfy(b -> assertThat(b.size()).isLessThanOrEqualTo(batch));
    }
    assertThat(ranks)
        .allSatisfy(r -> assertThat(r.stepsPerEpoch()).isEqualTo(ranks.get(0).stepsPerEpoch()));
  }

  @Property(tries = 200)
  void shuffled_step_isAStretchOfOneOrderForEveryWorldSize(
      @ForAll @IntRange(min = 8, max = 200) int samples,
      @ForAll @IntRange(min = 1, max = 8) int worldSize,
      @ForAll @IntRange(min = 1, max = 20) int batch) {
    int[] order = new int[samples];
    EpochOrder.fill(order, 3, 2);
    List<ShardedSampler> ranks = allRanks(images(samples), Shards.SHUFFLED, batch, worldSize, 3);
    int steps = ranks.get(0).stepsPerEpoch();
    int global = batch * worldSize;
    assertThat(steps).isEqualTo((samples + global - 1) / global);
    for (int step = 0; step < steps; step++) {
      int at = step;
      int[] taken = ranks.stream().flatMapToInt(r -> stream(r.batch(2, at))).toArray();
      int end = Math.min(samples, (step + 1) * global);
      assertThat(taken).isEqualTo(Arrays.copyOfRange(order, step * global, end));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Shards.class, mode = EnumSource.Mode.EXCLUDE, names = "UNEVEN")
  void batch_lastAndSmaller_isSharedAsEvenlyAsPossible(Shards shards) {
    // 8 ranks of 2 take 16 of 21; 5 are left for 8 ranks.
    List<ShardedSampler> ranks = allRanks(images(21), shards, 2, 8, 1);
    int last = ranks.get(0).stepsPerEpoch() - 1;
    int[] sizes = ranks.stream().mapToInt(r -> r.batch(0, last).size()).toArray();
    assertThat(sizes).containsOnly(0, 1);
    assertThat(IntStream.of(sizes).sum()).isEqualTo(21 - 16);
  }

  static Stream<Arguments> worlds() {
    return Stream.of(arguments(1, 10), arguments(2, 5), arguments(4, 3), arguments(8, 2));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void byLabel_rank_seesOnlyItsOwnFewClasses(int worldSize, int classes) {
    Images images = images(600);
    for (ShardedSampler rank : allRanks(images, Shards.BY_LABEL, 3, worldSize, 1)) {
      Set<Integer> labels = new HashSet<>();
      for (int step = 0; step < rank.stepsPerEpoch(); step++) {
        stream(rank.batch(0, step)).map(images::label).forEach(labels::add);
      }
      assertThat(labels).hasSizeLessThanOrEqualTo(classes);
    }
  }

  @Test
  void byLabel_shard_isTheSameInEveryEpochAndInTheOrderOfThePermutation() {
    Images images = images(50);
    ShardedSampler rank = new ShardedSampler(images, Shards.BY_LABEL, 7, 2, 5, 9);
    int[] order = new int[50];
    EpochOrder.fill(order, 9, 4);
    // Image i has label 7 i mod 10 and there are 5 of each: rank 2 of 5 has labels 4 and 5.
    int[] expected =
        IntStream.of(order).filter(i -> images.label(i) == 4 || images.label(i) == 5).toArray();
    assertThat(epoch(rank, 4)).isEqualTo(expected);
    assertThat(epoch(rank, 5)).containsExactlyInAnyOrder(expected).isNotEqualTo(expected);
    assertThat(epoch(rank, 4)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Shards.class)
  void batch_ofSameSeedAndEpoch_isTheSame(Shards shards) {
    ShardedSampler first = new ShardedSampler(images(100), shards, 4, 1, 3, 5);
    ShardedSampler again = new ShardedSampler(images(100), shards, 4, 1, 3, 5);
    ShardedSampler other = new ShardedSampler(images(100), shards, 4, 1, 3, 6);
    int[] epoch = epoch(first, 2);
    assertThat(epoch(again, 2)).isEqualTo(epoch);
    assertThat(epoch(again, 3)).isNotEqualTo(epoch);
    assertThat(epoch(other, 2)).isNotEqualTo(epoch);
  }

  @Property(tries = 300)
  void uneven_shards_areAsOneToTwoAndSoOn(
      @ForAll @IntRange(min = 36, max = 500) int samples,
      @ForAll @IntRange(min = 1, max = 8) int worldSize) {
    // 36 = 1 + 2 + ... + 8 samples give every rank its whole share, so that rounding is all there
    // is
    double share = samples / (worldSize * (worldSize + 1) / 2.0);
    List<ShardedSampler> ranks = allRanks(images(samples), Shards.UNEVEN, 5, worldSize, 1);
    for (int rank = 0; rank < worldSize; rank++) {
      assertThat((double) epoch(ranks.get(rank), 0).length)
          .isCloseTo((rank + 1) * share, within(1.0));
    }
  }

  @Test
  void uneven_fewSamples_leaveNoRankWithoutAny() {
    for (int worldSize = 1; worldSize <= 8; worldSize++) {
      for (int samples = worldSize; samples < 40; samples++) {
        int[] sizes = OwnShard.unevenSizes(samples, worldSize);
        assertThat(IntStream.of(sizes).sum()).isEqualTo(samples);
        assertThat(sizes).doesNotContain(0);
      }
    }
  }

  @Test
  void unevenSizes_remainders_goToTheLargest() {
    assertThat(OwnShard.unevenSizes(12, 3)).containsExactly(2, 4, 6);
    // shares 7/6, 14/6, 21/6: the one left goes to the third
    assertThat(OwnShard.unevenSizes(7, 3)).containsExactly(1, 2, 4);
    // shares 0.4, 0.8, 1.2, 1.6: 0, 1, 1, 2, and then one of the two for the first
    assertThat(OwnShard.unevenSizes(4, 4)).containsExactly(1, 1, 1, 1);
  }

  @Test
  void uneven_shard_isTheSameInEveryEpochAndAnotherWithAnotherSeed() {
    ShardedSampler rank = new ShardedSampler(images(50), Shards.UNEVEN, 7, 1, 3, 9);
    ShardedSampler other = new ShardedSampler(images(50), Shards.UNEVEN, 7, 1, 3, 10);
    int[] first = epoch(rank, 0);
    assertThat(epoch(rank, 1)).containsExactlyInAnyOrder(first).isNotEqualTo(first);
    assertThat(IntStream.of(epoch(other, 0)).sorted().toArray())
        .isNotEqualTo(IntStream.of(first).sorted().toArray());
  }

  @Test
  void uneven_ranks_runOutOneAfterTheOther() {
    // shards of 2, 4 and 6 in batches of 2
    List<ShardedSampler> ranks = allRanks(images(12), Shards.UNEVEN, 2, 3, 1);
    int[][] sizes =
        IntStream.range(0, 3)
            .mapToObj(step -> ranks.stream().mapToInt(rank -> rank.batch(0, step).size()).toArray())
            .toArray(int[][]::new);
    assertThat(sizes).isDeepEqualTo(new int[][] {{2, 2, 2}, {0, 2, 2}, {0, 0, 2}});
  }

  @Test
  void byLabel_rankWithoutDataLeft_goesOnWithEmptyBatches() {
    // 3 samples for 2 ranks: shards of 1 and 2, so 2 steps of 1.
    List<ShardedSampler> ranks = allRanks(images(3), Shards.BY_LABEL, 1, 2, 1);
    assertThat(ranks.get(0).stepsPerEpoch()).isEqualTo(2);
    assertThat(ranks.get(0).batch(0, 1).size()).isZero();
    assertThat(ranks.get(0).batch(0, 1).globalSize()).isEqualTo(1);
    assertThat(ranks.get(1).batch(0, 1).size()).isEqualTo(1);
  }

  @Test
  void batch_outsideTheEpoch_isRefused() {
    ShardedSampler sampler = new ShardedSampler(images(8), Shards.SHUFFLED, 2, 0, 2, 1);
    assertThatThrownBy(() -> sampler.batch(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sampler.batch(0, 0).index(2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @EnumSource(Shards.class)
  void create_moreRanksThanSamples_saysWhatToChange(Shards shards) {
    assertThatThrownBy(() -> new ShardedSampler(images(7), shards, 2, 0, 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "workers: expected at most one for each of the 7 training images, found 8;"
                + " take fewer workers or a higher --limit");
  }

  @Test
  void create_emptyBatch_isRefused() {
    assertThatThrownBy(() -> new ShardedSampler(images(7), Shards.SHUFFLED, 0, 0, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch: expected at least 1 image per worker, found 0");
  }

  /** Image i has label 7 i mod 10. */
  private static Images images(int size) {
    byte[] labels = new byte[size];
    for (int i = 0; i < size; i++) {
      labels[i] = (byte) (7 * i % CLASSES);
    }
    return new Images(new Shape(1, 1, 1), new byte[size], labels);
  }

  private static List<ShardedSampler> allRanks(
      Images images, Shards shards, int batch, int worldSize, long seed) {
    return IntStream.range(0, worldSize)
        .mapToObj(r -> new ShardedSampler(images, shards, batch, r, worldSize, seed))
        .toList();
  }

  private static int[] epoch(ShardedSampler sampler, int epoch) {
    return IntStream.range(0, sampler.stepsPerEpoch())
        .flatMap(step -> stream(sampler.batch(epoch, step)))
        .toArray();
  }

  private static int[] indices(BatchIndices batch) {
    return stream(batch).toArray();
  }

  private static IntStream stream(BatchIndices batch) {
    return IntStream.range(0, batch.size()).map(batch::index);
  }
}
