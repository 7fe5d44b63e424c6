package org.lockstep.nn.norm;

import java.util.function.IntUnaryOperator;

/**
 * Normalization by the formulas of Ioffe &amp; Szegedy 2015, section 3, one after the other and in
 * double: what the layers are held against, sharing no line with them. Values are rows of channels;
 * which of them share statistics, their set, is up to the caller, so it serves GroupNorm too.
 */
record Textbook(
    IntUnaryOperator setOf, int sets, double eps, double[] gamma, double[] beta, boolean relu) {

  /** The statistics of each set. */
  record Statistics(double[] count, double[] mean, double[] variance) {}

  /** The gradients of the loss whose gradient by y is dy. */
  record Gradients(double[] dx, double[] dGamma, double[] dBeta) {}

  Statistics statistics(double[] x) {
    Statistics s = new Statistics(new double[sets], new double[sets], new double[sets]);
    for (int i = 0; i < x.length; i++) {
      s.count[set(i)]++;
      s.mean[set(i)] += x[i];
    }
    for (int set = 0; set < sets; set++) {
      s.mean[set] /= s.count[set];
    }
    for (int i = 0; i < x.length; i++) {
      s.variance[set(i)] += Math.pow(x[i] - s.mean[set(i)], 2) / s.count[set(i)];
    }
    return s;
  }

  private int set(int i) {
    return setOf.applyAsInt(i);
  }

  private int channel(int i) {
    return i % gamma.length;
  }

  /** (x - mean) / sqrt(variance + eps). */
  double[] xhat(double[] x, Statistics s) {
    double[] xhat = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      xhat[i] = (x[i] - s.mean[set(i)]) / Math.sqrt(s.variance[set(i)] + eps);
    }
    return xhat;
  }

  /** gamma · xhat + beta, before the ReLU. */
  double[] linear(double[] xhat) {
    double[] y = new double[xhat.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = gamma[channel(i)] * xhat[i] + beta[channel(i)];
    }
    return y;
  }

  double[] y(double[] x, Statistics s) {
    double[] y = linear(xhat(x, s));
    for (int i = 0; relu && i < y.length; i++) {
      y[i] = y[i] > 0 ? y[i] : 0;
    }
    return y;
  }

  /**
   * The gradients.
   *
   * @param fixed whether the statistics were given, as in evaluation, and do not depend on x
   */
  Gradients gradients(double[] x, double[] dy, Statistics s, boolean fixed) {
    double[] xhat = xhat(x, s);
    double[] linear = linear(xhat);
    double[] dxhat = new double[x.length];
    Gradients g =
        new Gradients(new double[x.length], new double[gamma.length], new double[gamma.length]);
    for (int i = 0; i < x.length; i++) {
      double passed = relu && linear[i] <= 0 ? 0 : dy[i];
      g.dGamma[channel(i)] += passed * xhat[i];
      g.dBeta[channel(i)] += passed;
      dxhat[i] = passed * gamma[channel(i)];
    }
    double[] dVariance = fixed ? new double[sets] : byVariance(x, dxhat, s);
    double[] dMean = fixed ? new double[sets] : byMean(x, dxhat, dVariance, s);
    for (int i = 0; i < x.length; i++) {
      int set = set(i);
      double m = s.count[set];
      g.dx[i] =
          dxhat[i] / Math.sqrt(s.variance[set] + eps)
              + dVariance[set] * 2 * (x[i] - s.mean[set]) / m
              + dMean[set] / m;
    }
    return g;
  }

  private double[] byVariance(double[] x, double[] dxhat, Statistics s) {
    double[] sums = new double[sets];
    for (int i = 0; i < x.length; i++) {
      int set = set(i);
      sums[set] += dxhat[i] * (x[i] - s.mean[set]) * -0.5 * Math.pow(s.variance[set] + eps, -1.5);
    }
    return sums;
  }

  private double[] byMean(double[] x, double[] dxhat, double[] dVariance, Statistics s) {
    double[] sums = new double[sets];
    for (int i = 0; i < x.length; i++) {
      int set = set(i);
      sums[set] -= dxhat[i] / Math.sqrt(s.variance[set] + eps);
      sums[set] -= dVariance[set] * 2 * (x[i] - s.mean[set]) / s.count[set];
    }
    return sums;
  }
}
