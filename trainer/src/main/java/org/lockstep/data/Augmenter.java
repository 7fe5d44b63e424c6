package org.lockstep.data;

import java.util.Arrays;
import org.lockstep.nn.Shape;

/**
 * Varies images as an {@link Augmentation} says. What becomes of an image depends on (seed, epoch,
 * key of the image) alone, so neither on the rank that takes it, nor on how many ranks there are,
 * nor on where a run began. For one thread.
 */
final class Augmenter {
  /** Keeps the draws apart from those of {@link EpochOrder}. */
  private static final long STREAM = 0x6175676d656e7431L;

  private final Augmentation augmentation;
  private final Shape shape;
  private final long seed;
  private final float[] original;

  /**
   * @throws IllegalArgumentException as {@link Augmentation#check} says
   */
  Augmenter(Augmentation augmentation, Shape shape, long seed) {
    augmentation.check(shape);
    this.augmentation = augmentation;
    this.shape = shape;
    this.seed = seed;
    this.original = new float[shape.size()];
  }

  /**
   * Varies an image in place.
   *
   * @param image {@code [H, W, C]}
   * @param key tells it from other images
   */
  void apply(float[] image, int epoch, long key) {
    if (augmentation.equals(Augmentation.NONE)) {
      return;
    }
    SplitMix64 random = random(epoch, key);
    // All are drawn, whichever are used, so that one option changes nothing of the other.
    boolean mirrored = random.nextLong() < 0 && augmentation.flip();
    int side = 2 * augmentation.crop() + 1;
    int down = random.nextInt(side) - augmentation.crop();
    int right = random.nextInt(side) - augmentation.crop();
    System.arraycopy(image, 0, original, 0, original.length);
    Arrays.fill(image, 0);
    for (int y = Math.max(0, -down); y < Math.min(shape.height(), shape.height() - down); y++) {
      for (int x = Math.max(0, -right); x < Math.min(shape.width(), shape.width() - right); x++) {
        int column = x + right;
        copy(y + down, mirrored ? shape.width() - 1 - column : column, image, y, x);
      }
    }
  }

  private SplitMix64 random(int epoch, long key) {
    long ofSeed = SplitMix64.mix(STREAM + seed);
    return new SplitMix64(SplitMix64.mix(SplitMix64.mix(ofSeed + epoch) + key));
  }

  private void copy(int fromRow, int fromColumn, float[] image, int row, int column) {
    int channels = shape.channels();
    System.arraycopy(
        original,
        (fromRow * shape.width() + fromColumn) * channels,
        image,
        (row * shape.width() + column) * channels,
        channels);
  }
}
