package org.lockstep.onnx;

/**
 * y = scale·x + shift in each channel.
 *
 * @param scale {@code [C]}
 * @param shift {@code [C]}
 */
record ChannelScale(double[] scale, double[] shift) {
  /**
   * A batch normalization in evaluation: scale = gamma / √(var + eps), shift = beta - scale·mean.
   */
  static ChannelScale of(
      double[] gamma, double[] beta, double[] mean, double[] variance, double eps) {
    double[] scale = new double[gamma.length];
    double[] shift = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      scale[c] = gamma[c] / Math.sqrt(variance[c] + eps);
      shift[c] = beta[c] - scale[c] * mean[c];
    }
    return new ChannelScale(scale, shift);
  }
}
