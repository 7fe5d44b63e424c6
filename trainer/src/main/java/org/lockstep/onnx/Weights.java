package org.lockstep.onnx;

/**
 * What a convolution or dense layer computes with.
 *
 * @param weight {@code [outputs, ...]} in C order
 * @param bias {@code [outputs]}
 */
record Weights(double[] weight, double[] bias) {
  /**
   * The same layer with a batch normalization behind it, which then is y = scale·x + shift in each
   * channel: scale·(w·x + b) + shift = (scale·w)·x + (scale·b + shift).
   */
  Weights then(ChannelScale norm) {
    int outputs = bias.length;
    int inputs = weight.length / outputs;
    double[] scaled = new double[weight.length];
    double[] shifted = new double[outputs];
    for (int i = 0; i < weight.length; i++) {
      scaled[i] = norm.scale()[i / inputs] * weight[i];
    }
    for (int c = 0; c < outputs; c++) {
      shifted[c] = norm.scale()[c] * bias[c] + norm.shift()[c];
    }
    return new Weights(scaled, shifted);
  }
}
