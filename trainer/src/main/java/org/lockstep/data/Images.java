package org.lockstep.data;

import java.util.Arrays;
import java.util.List;
import org.lockstep.nn.Shape;

/**
 * Labelled images of one shape, held as the bytes of their files: one byte a value, row by row,
 * channels last. Never changes; any thread may read it.
 */
public final class Images {
  private final Shape shape;
  private final byte[] pixels;
  private final byte[] labels;

  /**
   * Takes over both arrays, which must not be written to afterwards.
   *
   * @param pixels {@code [N, H, W, C]}, unsigned
   * @param labels {@code [N]}, unsigned
   * @throws IllegalArgumentException unless there is a label for every image
   */
  public Images(Shape shape, byte[] pixels, byte[] labels) {
    if (pixels.length != (long) labels.length * shape.size()) {
      throw new IllegalArgumentException(
          "expected "
              + (long) labels.length * shape.size()
              + " pixels for "
              + labels.length
              + " images of "
              + shape
              + ", found "
              + pixels.length);
    }
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
  }

  /**
   * All images of {@code parts}, in order; they must have one shape.
   *
   * @throws DataException if they do not fit into one array
   */
  static Images concat(List<Images> parts) {
    Shape shape = parts.get(0).shape;
    long size = parts.stream().mapToLong(Images::size).sum();
    checkFits(size, shape);
    byte[] pixels = new byte[(int) size * shape.size()];
    byte[] labels = new byte[(int) size];
    int next = 0;
    for (Images part : parts) {
      System.arraycopy(part.pixels, 0, pixels, next * shape.size(), part.pixels.length);
      System.arraycopy(part.labels, 0, labels, next, part.size());
      next += part.size();
    }
    return new Images(shape, pixels, labels);
  }

  /**
   * @throws DataException if so many images do not fit into one array
   */
  static void checkFits(long size, Shape shape) {
    long limit = Integer.MAX_VALUE / shape.size();
    if (size > limit) {
      throw new DataException(
          "expected at most " + limit + " images of " + shape + ", found " + size + "; take fewer");
    }
  }

  /** The shape of one image. */
  public Shape shape() {
    return shape;
  }

  /** The number of images. */
  public int size() {
    return labels.length;
  }

  /** The class of image {@code index}, 0 to 255. */
  public int label(int index) {
    return Byte.toUnsignedInt(labels[index]);
  }

  /** The same images with a number added to every byte, kept within 0 to 255. */
  public Images brightened(int added) {
    byte[] brightened = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      brightened[i] = (byte) Math.max(0, Math.min(255, Byte.toUnsignedInt(pixels[i]) + added));
    }
    return new Images(shape, brightened, labels);
  }

  int highestLabel() {
    int highest = 0;
    for (int i = 0; i < size(); i++) {
      highest = Math.max(highest, label(i));
    }
    return highest;
  }

  /** The first {@code count} images. */
  Images first(int count) {
    return new Images(
        shape, Arrays.copyOf(pixels, count * shape.size()), Arrays.copyOf(labels, count));
  }

  /** {@code [N, H, W, C]}, unsigned; only to be read. */
  byte[] pixels() {
    return pixels;
  }
}
