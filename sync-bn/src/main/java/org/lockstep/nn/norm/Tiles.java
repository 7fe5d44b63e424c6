package org.lockstep.nn.norm;

/**
 * How kernels walk over rows of C channels: in chunks of whole rows that stay in the first-level
 * cache, against per-channel values repeated ("tiled") over a chunk. Chunk and tile begin at the
 * same channel, so the inner loops run over one index without a modulus, which the JIT turns into
 * vector code even where C is 3.
 *
 * @param channels C, at least 1
 * @param length values in a chunk: C times a power of two
 */
record Tiles(int channels, int length) {
  /** Values in a chunk, unless one row is longer. Nine arrays of them fit in 48 KB. */
  private static final int TARGET = 1024;

  Tiles(int channels) {
    this(channels, channels * Integer.highestOneBit(Math.max(1, TARGET / channels)));
  }

  /** The shortest tile that vectors of so many lanes fill: the least common multiple of both. */
  static Tiles ofVectors(int channels, int lanes) {
    int shared = Math.min(lanes, Integer.lowestOneBit(channels));
    return new Tiles(channels, channels * (lanes / shared));
  }

  float[] newTile() {
    return new float[length];
  }

  /** Repeats the first C elements over the first {@code limit} ones. */
  void fill(float[] tile, int limit) {
    int filled = channels;
    while (filled < limit) {
      int copied = Math.min(filled, limit - filled);
      System.arraycopy(tile, 0, tile, filled, copied);
      filled += copied;
    }
  }

  /** The elements that a chunk of {@code rows} rows, or the longest chunk, has. */
  int limit(int rows) {
    return (int) Math.min(length, (long) rows * channels);
  }

  /**
   * Adds the upper half of a row of accumulators to the lower one, and so on, until C sums are left
   * in front: a pairwise sum, whose rounding error grows with the logarithm of the count.
   *
   * @param scratch a tile that is overwritten; the upper half goes there first, since the JIT
   *     vectorizes loops in which all arrays have the same index
   */
  void fold(float[] accumulators, float[] scratch) {
    for (int half = length / 2; half >= channels; half /= 2) {
      System.arraycopy(accumulators, half, scratch, 0, half);
      for (int i = 0; i < half; i++) {
        accumulators[i] += scratch[i];
      }
    }
  }
}
