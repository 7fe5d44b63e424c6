package org.lockstep.data;

/**
 * Scales along one axis with a triangle as wide as two output pixels, and no narrower than two
 * input pixels: linear interpolation where there are more pixels afterwards, a weighted mean over
 * all that fall together where there are fewer (as in Pillow's {@code BILINEAR}).
 */
final class Resampling {
  /** Of each output pixel: the first input pixel that it takes, and the weights from there on. */
  private final int[] first;

  private final double[][] weights;

  Resampling(int from, int to) {
    first = new int[to];
    weights = new double[to][];
    double scale = (double) from / to;
    double reach = Math.max(1, scale);
    for (int i = 0; i < to; i++) {
      double center = (i + 0.5) * scale;
      first[i] = (int) Math.max(0, Math.ceil(center - reach - 0.5));
      int last = (int) Math.min(from - 1, Math.floor(center + reach - 0.5));
      weights[i] = new double[last - first[i] + 1];
      double sum = 0;
      for (int k = 0; k < weights[i].length; k++) {
        weights[i][k] = 1 - Math.abs(first[i] + k + 0.5 - center) / reach;
        sum += weights[i][k];
      }
      for (int k = 0; k < weights[i].length; k++) {
        weights[i][k] /= sum;
      }
    }
  }

  /**
   * Scales {@code lines} lines of pixels of {@code stride} values each.
   *
   * @param in {@code [lines, from, stride]}
   * @return {@code [lines, to, stride]}
   */
  double[] apply(double[] in, int lines, int stride) {
    int from = in.length / (lines * stride);
    double[] out = new double[Math.multiplyExact(lines * stride, first.length)];
    for (int line = 0; line < lines; line++) {
      for (int i = 0; i < first.length; i++) {
        for (int k = 0; k < weights[i].length; k++) {
          int source = (line * from + first[i] + k) * stride;
          int target = (line * first.length + i) * stride;
          for (int s = 0; s < stride; s++) {
            out[target + s] += weights[i][k] * in[source + s];
          }
        }
      }
    }
    return out;
  }

  /** Stretches an image {@code [height, width, channels]} to {@code toHeight x toWidth}. */
  static byte[] resize(
      byte[] image, int height, int width, int channels, int toHeight, int toWidth) {
    Resampling across = new Resampling(width, toWidth);
    double[] row = new double[width * channels];
    double[] wide = new double[Math.multiplyExact(height, toWidth * channels)];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Byte.toUnsignedInt(image[y * row.length + i]);
      }
      double[] scaledRow = across.apply(row, 1, channels);
      System.arraycopy(scaledRow, 0, wide, y * scaledRow.length, scaledRow.length);
    }
    double[] scaled = new Resampling(height, toHeight).apply(wide, 1, toWidth * channels);
    byte[] resized = new byte[scaled.length];
    for (int i = 0; i < scaled.length; i++) {
      resized[i] = (byte) Math.round(scaled[i]);
    }
    return resized;
  }
}
