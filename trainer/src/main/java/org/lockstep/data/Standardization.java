package org.lockstep.data;

/**
 * Maps the bytes of each channel to mean 0 and deviation 1, as measured over a training set. The
 * measurement counts how often each byte occurs, so nothing is rounded before the last division and
 * every rank gets the same bits.
 */
public final class Standardization {
  private static final int VALUES = 256;

  private final double[] means;
  private final double[] deviations;

  private Standardization(double[] means, double[] deviations) {
    this.means = means;
    this.deviations = deviations;
  }

  /**
   * The mean and the (biased) standard deviation of each channel over all pixels of all images. A
   * channel that never varies has deviation 1, so that it becomes 0 everywhere.
   */
  public static Standardization of(Images images) {
    int channels = images.shape().channels();
    double[] means = new double[channels];
    double[] deviations = new double[channels];
    long[][] counts = count(images.pixels(), channels);
    double total = (double) images.pixels().length / channels;
    for (int c = 0; c < channels; c++) {
      long sum = 0;
      for (int v = 0; v < VALUES; v++) {
        sum += v * counts[c][v];
      }
      means[c] = sum / total;
      double squares = 0;
      for (int v = 0; v < VALUES; v++) {
        squares += counts[c][v] * (v - means[c]) * (v - means[c]);
      }
      deviations[c] = squares == 0 ? 1 : Math.sqrt(squares / total);
    }
    return new Standardization(means, deviations);
  }

  private static long[][] count(byte[] pixels, int channels) {
    long[][] counts = new long[channels][VALUES];
    for (int i = 0; i < pixels.length; i += channels) {
      for (int c = 0; c < channels; c++) {
        counts[c][Byte.toUnsignedInt(pixels[i + c])]++;
      }
    }
    return counts;
  }

  /** The mean of channel {@code c}, in units of a byte. */
  public double mean(int c) {
    return means[c];
  }

  /** The standard deviation of channel {@code c}, in units of a byte, above 0. */
  public double deviation(int c) {
    return deviations[c];
  }

  int channels() {
    return means.length;
  }

  /** Row c holds the standardized value of each byte in channel c: {@code [C, 256]}. */
  float[][] table() {
    float[][] table = new float[means.length][VALUES];
    for (int c = 0; c < means.length; c++) {
      for (int v = 0; v < VALUES; v++) {
        table[c][v] = (float) ((v - means[c]) / deviations[c]);
      }
    }
    return table;
  }
}
