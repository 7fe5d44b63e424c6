package org.lockstep.data;

/**
 * Gathers samples and standardizes them, through a table of the 256 values each channel can take,
 * into off-heap memory made once per batch size and freed by {@link #close}. For one thread.
 */
public final class MiniBatches implements AutoCloseable {
  private final Images images;
  private final float[][] table;
  private final float[] row;
  private final BatchMemory memory;
  private final Augmenter augmenter;

  /**
   * Of images as they are.
   *
   * @throws IllegalArgumentException if the numbers of channels differ
   */
  public MiniBatches(Images images, Standardization standardization) {
    this(images, standardization, new Augmenter(Augmentation.NONE, images.shape(), 0));
  }

  MiniBatches(Images images, Standardization standardization, Augmenter augmenter) {
    int channels = images.shape().channels();
    if (standardization.channels() != channels) {
      throw new IllegalArgumentException(
          "expected a standardization of the images' "
              + channels
              + " channels, found one of "
              + standardization.channels());
    }
    this.images = images;
    this.table = standardization.table();
    this.row = new float[images.shape().size()];
    this.augmenter = augmenter;
    this.memory = new BatchMemory(images.shape());
  }

  /** The samples that {@code indices} names, in that order. */
  public MiniBatch load(BatchIndices indices) {
    return load(indices, 0);
  }

  /** The same, as augmentation varies them in that epoch. */
  MiniBatch load(BatchIndices indices, int epoch) {
    int size = indices.size();
    BatchMemory.Target target = memory.target(size);
    for (int i = 0; i < size; i++) {
      int index = indices.index(i);
      target.labels()[i] = images.label(index);
      standardize(index);
      augmenter.apply(row, epoch, index);
      target.floats().put(i * row.length, row, 0, row.length);
    }
    return new MiniBatch(target.features(), target.labels(), size, indices.globalSize());
  }

  private void standardize(int index) {
    byte[] pixels = images.pixels();
    int from = index * row.length;
    for (int c = 0; c < table.length; c++) {
      float[] values = table[c];
      for (int i = c; i < row.length; i += table.length) {
        row[i] = values[Byte.toUnsignedInt(pixels[from + i])];
      }
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
