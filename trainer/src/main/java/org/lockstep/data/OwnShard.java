package org.lockstep.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A shard that a rank keeps for the whole run, and the sizes of those of the other ranks.
 *
 * @param members whether the sample of that index is in the shard
 * @param sizes of the shards of all ranks, none of them 0
 */
record OwnShard(boolean[] members, int[] sizes) {
  /** Its order is that of no epoch. */
  private static final int DRAW = -1;

  /**
   * The set, sorted by label and then by index, cut into one shard a rank, whose sizes differ by at
   * most one.
   */
  static OwnShard byLabel(Images images, int rank, int worldSize) {
    int[] sizes =
        IntStream.range(0, worldSize)
            .map(
                r ->
                    ShardedSampler.cut(images.size(), r + 1, worldSize)
                        - ShardedSampler.cut(images.size(), r, worldSize))
            .toArray();
    return of(sortedByLabel(images), sizes, rank);
  }

  private static int[] sortedByLabel(Images images) {
    return IntStream.range(0, images.size())
        .boxed()
        .sorted(Comparator.comparingInt(images::label))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** A permutation of the set, drawn from the seed, cut into shards of {@link #unevenSizes}. */
  static OwnShard uneven(Images images, int rank, int worldSize, long seed) {
    int[] order = new int[images.size()];
    EpochOrder.fill(order, seed, DRAW);
    return of(order, unevenSizes(images.size(), worldSize), rank);
  }

  /**
   * Sizes in the ratio 1 : 2 : … : p, rounded by largest remainder (Hamilton's method), the lower
   * rank first among equals; then each rank that has none takes a sample of the largest.
   */
  static int[] unevenSizes(int samples, int worldSize) {
    long whole = worldSize * (worldSize + 1L) / 2;
    int[] sizes =
        IntStream.range(0, worldSize).map(r -> (int) (samples * (r + 1L) / whole)).toArray();
    int left = samples - IntStream.of(sizes).sum();
    IntStream.range(0, worldSize)
        .boxed()
        .sorted(Comparator.comparingLong(r -> -(samples * (r + 1L) % whole)))
        .limit(left)
        .forEach(r -> sizes[r]++);
    for (int r = 0; sizes[r] == 0; r++) {
      sizes[r]++;
      sizes[largest(sizes)]--;
    }
    return sizes;
  }

  /** The last of the largest. */
  private static int largest(int[] sizes) {
    int max = IntStream.of(sizes).max().orElseThrow();
    return IntStream.range(0, sizes.length).filter(r -> sizes[r] == max).max().orElseThrow();
  }

  /** The stretch of {@code order} behind those of lower ranks. */
  private static OwnShard of(int[] order, int[] sizes, int rank) {
    boolean[] members = new boolean[order.length];
    int from = IntStream.of(sizes).limit(rank).sum();
    Arrays.stream(order, from, from + sizes[rank]).forEach(index -> members[index] = true);
    return new OwnShard(members, sizes);
  }
}
