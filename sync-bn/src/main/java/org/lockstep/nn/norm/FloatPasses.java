package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;

/**
 * The loops of the float32 kernel over rows of C channels, from off-heap memory to off-heap memory
 * or into accumulators. Ranges are of values, begin and end at a row, and are at most a {@link
 * #block} long where sums are taken. Not thread-safe.
 */
interface FloatPasses {
  /**
   * The fastest that this JVM has: with vectors where it was started with {@code --add-modules
   * jdk.incubator.vector} and knows that module as Java 17 to 19 do.
   */
  static FloatPasses of(int channels) {
    return VectorModule.isUsable() ? new VectorPasses(channels) : new HeapPasses(channels);
  }

  /** How accumulators and constants are laid out. */
  Tiles tiles();

  /** What {@link #normalize} and the passes behind it compute with. */
  FloatConstants constants();

  /** The values, whole rows, that accumulators take before they are emptied. */
  int block();

  /** Adds Σd and Σd², d = x - pivot, to accumulators. */
  void deviations(FloatMemory x, int from, int end, float[] pivot, float[] sums, float[] squares);

  /**
   * y = (x - center)·scale + shift + addend, or max(0, that).
   *
   * @param addend null: none
   */
  void normalize(
      FloatMemory x, @Nullable FloatMemory addend, FloatMemory y, int from, int end, boolean relu);

  /** dz = dy where y is positive or no number, 0 elsewhere. */
  void gate(FloatMemory y, FloatMemory dy, FloatMemory dz, int from, int end);

  /**
   * Adds Σdy and Σdy·x̂ to accumulators.
   *
   * @param gated whether dy counts only where {@link #normalize} gives more than 0
   */
  void gradientSums(
      FloatMemory x,
      FloatMemory dy,
      int from,
      int end,
      boolean gated,
      float[] sums,
      float[] products);

  /**
   * dx = dy·scale - constant - x̂·slope.
   *
   * @param gated whether dy counts only where {@link #normalize} gives more than 0
   */
  void inputGradient(
      FloatMemory x, FloatMemory dy, FloatMemory dx, int from, int end, boolean gated);
}
