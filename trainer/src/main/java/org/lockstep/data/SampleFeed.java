package org.lockstep.data;

import java.util.Objects;
import java.util.stream.IntStream;
import org.lockstep.nn.Shape;

/**
 * Batches of samples that only this rank has. Every rank takes its own in an order that they
 * themselves, seed and epoch decide; when they run out it goes on with empty batches until all
 * ranks are done.
 */
public final class SampleFeed implements TrainingFeed {
  private final SampleStore samples;
  private final int[] sizes;
  private final int rank;
  private final int batch;
  private final long seed;
  private final int steps;
  private final int[] byContent;
  private final int[] order;
  private final float[] sample;
  private final Augmenter augmenter;
  private final BatchMemory memory;
  private int epoch;

  /**
   * @param samples this rank's, may be none; not closed by this
   * @param shape of a sample, whose values are {@code [H, W, C]}
   * @param sizes how many samples each rank has
   * @param batch samples of a step
   * @param augmentation of samples, by what they hold
   * @throws IllegalArgumentException if no rank has any, or the augmentation does not fit them
   */
  public SampleFeed(
      SampleStore samples,
      Shape shape,
      int[] sizes,
      int rank,
      int batch,
      long seed,
      Augmentation augmentation) {
    if (IntStream.of(sizes).allMatch(size -> size == 0)) {
      throw new IllegalArgumentException("expected at least one sample, found none");
    }
    this.samples = samples;
    this.sizes = sizes.clone();
    this.rank = rank;
    this.batch = batch;
    this.seed = seed;
    steps = ShardedSampler.ceilDiv(IntStream.of(sizes).max().orElseThrow(), batch);
    byContent = samples.byContent();
    order = new int[byContent.length];
    sample = new float[shape.size()];
    augmenter = new Augmenter(augmentation, shape, seed);
    memory = new BatchMemory(shape);
    EpochOrder.fill(order, seed, 0);
  }

  @Override
  public int stepsPerEpoch() {
    return steps;
  }

  @Override
  public int size(int step, int ofRank) {
    return (int) Math.max(0, Math.min(batch, sizes[ofRank] - (long) step * batch));
  }

  @Override
  public MiniBatch batch(int epoch, int step) {
    Objects.checkIndex(step, stepsPerEpoch());
    if (epoch != this.epoch) {
      EpochOrder.fill(order, seed, epoch);
      this.epoch = epoch;
    }
    int size = size(step, rank);
    BatchMemory.Target target = memory.target(size);
    for (int i = 0; i < size; i++) {
      int index = byContent[order[step * batch + i]];
      samples.copy(index, sample);
      augmenter.apply(sample, epoch, samples.digest(index));
      target.floats().put(i * sample.length, sample, 0, sample.length);
      target.labels()[i] = samples.label(index);
    }
    int globalSize = IntStream.range(0, sizes.length).map(ofRank -> size(step, ofRank)).sum();
    return new MiniBatch(target.features(), target.labels(), size, globalSize);
  }

  @Override
  public void close() {
    memory.close();
  }
}
