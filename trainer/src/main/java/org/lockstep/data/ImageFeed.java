package org.lockstep.data;

/** Batches of images that every rank has all of, dealt by a {@link ShardedSampler}. */
public final class ImageFeed implements TrainingFeed {
  private final ShardedSampler sampler;
  private final MiniBatches batches;

  private ImageFeed(ShardedSampler sampler, MiniBatches batches) {
    this.sampler = sampler;
    this.batches = batches;
  }

  /**
   * A rank's part of a training set, standardized by all of it, then augmented.
   *
   * @throws IllegalArgumentException as {@link ShardedSampler} and {@link Augmentation#check} say
   */
  public static ImageFeed of(
      Images train,
      Shards shards,
      int batchPerWorker,
      int rank,
      int worldSize,
      long seed,
      Augmentation augmentation) {
    return new ImageFeed(
        new ShardedSampler(train, shards, batchPerWorker, rank, worldSize, seed),
        new MiniBatches(
            train, Standardization.of(train), new Augmenter(augmentation, train.shape(), seed)));
  }

  @Override
  public int stepsPerEpoch() {
    return sampler.stepsPerEpoch();
  }

  @Override
  public int size(int step, int ofRank) {
    return sampler.size(step, ofRank);
  }

  @Override
  public MiniBatch batch(int epoch, int step) {
    return batches.load(sampler.batch(epoch, step), epoch);
  }

  @Override
  public void close() {
    batches.close();
  }
}
