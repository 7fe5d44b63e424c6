package org.lockstep.examples.probe;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Noise on activations that is different at every step and for every image, and whose distribution
 * itself is drawn anew at every step, for each channel j of a layer (after Santurkar et al. 2018,
 * "How Does Batch Normalization Help Optimization?", section 2.2 and algorithm 1):
 *
 * <pre>
 *   mu_j    uniform in ±0.5              sigma_j  uniform in 1 … 1.25
 *   m_ij    uniform in mu_j ± 0.1        s_ij     normal about sigma_j, deviation 0.1
 *   a_ij := s_ij·a_ij + m_ij
 * </pre>
 *
 * for every value i of the channel. The same seed, layer and step draw the same noise, so that one
 * step's function can be looked at in several places.
 */
final class Noise {
  private static final double CHANNEL_SHIFT = 0.5;
  private static final double CHANNEL_SCALE = 1.25;
  private static final double OWN = 0.1;

  private final long seed;
  private long step = -1;
  private float[] scale = {};
  private float[] shift = {};

  /**
   * @param layer whose noise is its own
   */
  Noise(long seed, String layer) {
    this.seed = new SplittableRandom(seed).nextLong() ^ layer.hashCode();
  }

  /** Draws for values whose channel is their index modulo {@code channels}. */
  void draw(long step, int values, int channels) {
    if (step == this.step && values == scale.length) {
      return;
    }
    this.step = step;
    scale = new float[values];
    shift = new float[values];
    RandomGenerator random = new SplittableRandom(new SplittableRandom(seed + step).nextLong());
    double[] means = random.doubles(channels, -CHANNEL_SHIFT, CHANNEL_SHIFT).toArray();
    double[] deviations = random.doubles(channels, 1, CHANNEL_SCALE).toArray();
    for (int i = 0; i < values; i++) {
      int channel = i % channels;
      shift[i] = (float) (means[channel] + OWN * (2 * random.nextDouble() - 1));
      scale[i] = (float) random.nextGaussian(deviations[channel], OWN);
    }
  }

  /** What the value at {@code index} is multiplied by. */
  float scale(int index) {
    return scale[index];
  }

  /** What is added to it then. */
  float shift(int index) {
    return shift[index];
  }
}
