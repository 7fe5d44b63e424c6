package org.lockstep.data;

import java.util.Objects;

/**
 * Deals the training set to the ranks, each sample exactly once an epoch. All ranks draw the same
 * permutation from (seed, epoch), so none of them has to ask another what it does.
 *
 * <ul>
 *   <li>{@link Shards#SHUFFLED}: step k takes the k-th stretch of {@code batchPerWorker ·
 *       worldSize} samples of the permutation, cut into one piece a rank. The last, smaller stretch
 *       is cut into pieces whose sizes differ by at most one; a piece may be empty.
 *   <li>{@link Shards#BY_LABEL}: the set, sorted by label and then by index, is cut into one shard
 *       a rank, whose sizes differ by at most one. A rank takes its own samples in the order of the
 *       permutation; when they run out it goes on with empty batches until all ranks are done.
 * </ul>
 *
 * For one thread; the batches of an epoch are valid until another epoch is asked for.
 */
public final class ShardedSampler {
  private final Shards shards;
  private final int batchPerWorker;
  private final int rank;
  private final int worldSize;
  private final long seed;
  private final int samples;

  /** By label: whether a sample is in this rank's shard. */
  private final boolean[] mine;

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
    this.shards = shards;
    this.batchPerWorker = batchPerWorker;
    this.rank = rank;
    this.worldSize = worldSize;
    this.seed = seed;
    this.samples = train.size();
    this.mine = shards == Shards.BY_LABEL ? shardByLabel(train) : new boolean[0];
    this.order = new int[samples];
    draw(0);
  }

  /** Steps until every sample was taken; the same on all ranks. */
  public int stepsPerEpoch() {
    return switch (shards) {
      case SHUFFLED -> ceilDiv(samples, globalBatch());
      case BY_LABEL -> ceilDiv(ceilDiv(samples, worldSize), batchPerWorker);
    };
  }

  /**
   * This rank's samples of a step.
   *
   * @throws IndexOutOfBoundsException unless step is 0 to below {@link #stepsPerEpoch}
   */
  public BatchIndices batch(int epoch, int step) {
    Objects.checkIndex(step, stepsPerEpoch());
    if (epoch != this.epoch) {
      draw(epoch);
    }
    return switch (shards) {
      case SHUFFLED -> shuffledBatch(step);
      case BY_LABEL -> byLabelBatch(step);
    };
  }

  private BatchIndices shuffledBatch(int step) {
    long start = step * globalBatch();
    int size = (int) Math.min(globalBatch(), samples - start);
    int from = cut(size, rank);
    return new BatchIndices(order, (int) start + from, cut(size, rank + 1) - from, size);
  }

  private BatchIndices byLabelBatch(int step) {
    int globalSize = 0;
    for (int r = 0; r < worldSize; r++) {
      globalSize += byLabelSize(step, r);
    }
    return new BatchIndices(order, step * batchPerWorker, byLabelSize(step, rank), globalSize);
  }

  private int byLabelSize(int step, int ofRank) {
    long left = cut(samples, ofRank + 1) - cut(samples, ofRank) - (long) step * batchPerWorker;
    return (int) Math.max(0, Math.min(batchPerWorker, left));
  }

  private void draw(int epoch) {
    EpochOrder.fill(order, seed, epoch);
    this.epoch = epoch;
    if (shards == Shards.BY_LABEL) {
      int kept = 0;
      for (int index : order) {
        if (mine[index]) {
          order[kept++] = index;
        }
      }
    }
  }

  private boolean[] shardByLabel(Images train) {
    int[] next = new int[257]; // next[l]: where the next sample of label l goes in sorted order
    for (int i = 0; i < samples; i++) {
      next[train.label(i) + 1]++;
    }
    for (int label = 1; label < next.length; label++) {
      next[label] += next[label - 1];
    }
    boolean[] shard = new boolean[samples];
    for (int i = 0; i < samples; i++) {
      int position = next[train.label(i)]++;
      shard[i] = position >= cut(samples, rank) && position < cut(samples, rank + 1);
    }
    return shard;
  }

  /** Where part {@code part} of {@code size} things cut into one part a rank begins. */
  private int cut(int size, int part) {
    return (int) ((long) size * part / worldSize);
  }

  private long globalBatch() {
    return (long) batchPerWorker * worldSize;
  }

  private static int ceilDiv(long n, long d) {
    return (int) ((n + d - 1) / d);
  }
}
