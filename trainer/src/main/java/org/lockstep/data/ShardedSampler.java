package org.lockstep.data;

import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Deals the training set to the ranks, each sample exactly once an epoch. All ranks draw the same
 * permutation from (seed, epoch), so none of them has to ask another what it does.
 *
 * <ul>
 *   <li>{@link Shards#SHUFFLED}: step k takes the k-th stretch of {@code batchPerWorker ·
 *       worldSize} samples of the permutation, cut into one piece a rank. The last, smaller stretch
 *       is cut into pieces whose sizes differ by at most one; a piece may be empty.
 *   <li>{@link Shards#BY_LABEL}: the set, sorted by label and then by index, is cut into one shard
 *       a rank, whose sizes differ by at most one.
 *   <li>{@link Shards#UNEVEN}: the set, in an order drawn from the seed, is cut into one shard a
 *       rank, whose sizes are as 1 : 2 : … : worldSize.
 * </ul>
 *
 * <p>A rank with a shard of its own takes its samples in the order of the permutation; when they
 * run out it goes on with empty batches until all ranks are done.
 *
 * <p>For one thread; the batches of an epoch are valid until another epoch is asked for.
 */
public final class ShardedSampler implements BatchSizes {
  private final int batchPerWorker;
  private final int rank;
  private final int worldSize;
  private final long seed;
  private final int samples;
  private final int steps;

  /** Null for {@link Shards#SHUFFLED}. */
  private final @Nullable OwnShard own;

  /** Begins with what this rank draws from in {@link #epoch}. */
  private final int[] order;

  private int epoch;

  /**
   * @throws IllegalArgumentException for a batch below 1, a rank outside the world, or more ranks
   *     than samples
   */
  public ShardedSampler(
      Images train, Shards shards, int batchPerWorker, int rank, int worldSize, long seed) {
    if (batchPerWorker < 1) {
      throw new IllegalArgumentException(
          "batch: expected at least 1 image per worker, found " + batchPerWorker);
    }
    Objects.checkIndex(rank, worldSize);
    if (worldSize > train.size()) {
      throw new IllegalArgumentException(
          "workers: expected at most one for each of the "
              + train.size()
              + " training images, found "
              + worldSize
              + "; take fewer workers or a higher --limit");
    }
    this.batchPerWorker = batchPerWorker;
    this.rank = rank;
    this.worldSize = worldSize;
    this.seed = seed;
    this.samples = train.size();
    this.own =
        switch (shards) {
          case SHUFFLED -> null;
          case BY_LABEL -> OwnShard.byLabel(train, rank, worldSize);
          case UNEVEN -> OwnShard.uneven(train, rank, worldSize, seed);
        };
    this.steps =
        own == null
            ? ceilDiv(samples, globalBatch())
            : ceilDiv(IntStream.of(own.sizes()).max().orElseThrow(), batchPerWorker);
    this.order = new int[samples];
    draw(0);
  }

  @Override
  public int stepsPerEpoch() {
    return steps;
  }

  @Override
  public int size(int step, int ofRank) {
    Objects.checkIndex(step, steps);
    if (own == null) {
      int size = globalSize(step);
      return cut(size, ofRank + 1) - cut(size, ofRank);
    }
    long left = own.sizes()[ofRank] - (long) step * batchPerWorker;
    return (int) Math.max(0, Math.min(batchPerWorker, left));
  }

  /**
   * This rank's samples of a step.
   *
   * @throws IndexOutOfBoundsException unless step is 0 to below {@link #stepsPerEpoch}
   */
  public BatchIndices batch(int epoch, int step) {
    int size = size(step, rank);
    if (epoch != this.epoch) {
      draw(epoch);
    }
    int globalSize = globalSize(step);
    int from =
        own == null ? (int) (step * globalBatch()) + cut(globalSize, rank) : step * batchPerWorker;
    return new BatchIndices(order, from, size, globalSize);
  }

  private int globalSize(int step) {
    if (own == null) {
      return (int) Math.min(globalBatch(), samples - step * globalBatch());
    }
    int size = 0;
    for (int r = 0; r < worldSize; r++) {
      size += size(step, r);
    }
    return size;
  }

  private void draw(int epoch) {
    EpochOrder.fill(order, seed, epoch);
    this.epoch = epoch;
    if (own != null) {
      int kept = 0;
      for (int index : order) {
        if (own.members()[index]) {
          order[kept++] = index;
        }
      }
    }
  }

  private int cut(int size, int part) {
    return cut(size, part, worldSize);
  }

  /** Where part {@code part} of {@code size} things cut into {@code parts} begins. */
  static int cut(int size, int part, int parts) {
    return (int) ((long) size * part / parts);
  }

  private long globalBatch() {
    return (long) batchPerWorker * worldSize;
  }

  static int ceilDiv(long n, long d) {
    return (int) ((n + d - 1) / d);
  }
}
