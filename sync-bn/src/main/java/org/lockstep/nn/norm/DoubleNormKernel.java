package org.lockstep.nn.norm;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The kernel of checks: plain loops in double, a row at a time, after the formulas. */
final class DoubleNormKernel implements NormKernel<DoubleBuffer> {
  private final int channels;
  private final double[] mean;
  private final double[] invStd;
  private final double[] gamma;
  private final double[] beta;
  private final double[] constant;
  private final double[] slope;
  private final double[] row;
  private final double[] dy;
  private final double[] deviations;

  DoubleNormKernel(int channels) {
    this.channels = channels;
    mean = new double[channels];
    invStd = new double[channels];
    gamma = new double[channels];
    beta = new double[channels];
    constant = new double[channels];
    slope = new double[channels];
    row = new double[channels];
    dy = new double[channels];
    deviations = new double[channels];
  }

  @Override
  public Precision precision() {
    return Precision.FLOAT64;
  }

  @Override
  public DoubleBuffer memory(INDArray array) {
    return HostMemory.doubles(array);
  }

  /**
   * In two passes: the mean, about the first row, then M2 about the mean, less what the mean's own
   * rounding adds (Chan, Golub &amp; LeVeque 1983, eq. 1.7).
   */
  @Override
  public void measure(DoubleBuffer x, int firstRow, int rows, double[] moments) {
    Arrays.fill(moments, 0);
    if (rows == 0) {
      return;
    }
    double[] pivot = new double[channels];
    x.get(firstRow * channels, pivot);
    deviations(x, pivot, firstRow, rows, moments);
    for (int c = 0; c < channels; c++) {
      pivot[c] += deviations[c] / rows;
    }
    deviations(x, pivot, firstRow, rows, moments);
    moments[0] = rows;
    for (int c = 0; c < channels; c++) {
      moments[1 + c] = rows * pivot[c] + deviations[c];
      moments[1 + channels + c] -= deviations[c] * deviations[c] / rows;
    }
  }

  /** Leaves Σ(x - pivot) in {@link #deviations} and Σ(x - pivot)² at the end of {@code moments}. */
  private void deviations(
      DoubleBuffer x, double[] pivot, int firstRow, int rows, double[] moments) {
    Arrays.fill(deviations, 0);
    Arrays.fill(moments, 1 + channels, moments.length, 0);
    for (int r = firstRow; r < firstRow + rows; r++) {
      x.get(r * channels, row);
      for (int c = 0; c < channels; c++) {
        double d = row[c] - pivot[c];
        deviations[c] += d;
        moments[1 + channels + c] += d * d;
      }
    }
  }

  @Override
  public void set(int c, double mean, double inverseStd, double gamma, double beta) {
    this.mean[c] = mean;
    invStd[c] = inverseStd;
    this.gamma[c] = gamma;
    this.beta[c] = beta;
  }

  @Override
  public void ready(int rows) {}

  @Override
  public void normalize(
      DoubleBuffer x,
      @Nullable DoubleBuffer addend,
      boolean relu,
      DoubleBuffer y,
      int firstRow,
      int rows) {
    for (int r = firstRow; r < firstRow + rows; r++) {
      x.get(r * channels, row);
      for (int c = 0; c < channels; c++) {
        double value = xhat(c) * gamma[c] + beta[c];
        double sum = addend == null ? value : value + addend.get(r * channels + c);
        row[c] = relu ? Math.max(0, sum) : sum;
      }
      y.put(r * channels, row);
    }
  }

  @Override
  public void gate(DoubleBuffer y, DoubleBuffer grad, DoubleBuffer dz, int firstRow, int rows) {
    for (int i = firstRow * channels; i < (firstRow + rows) * channels; i++) {
      dz.put(i, y.get(i) <= 0 ? 0 : grad.get(i));
    }
  }

  private double xhat(int c) {
    return (row[c] - mean[c]) * invStd[c];
  }

  @Override
  public void gradientSums(
      DoubleBuffer x, DoubleBuffer grad, boolean gated, int firstRow, int rows, double[] result) {
    for (int r = firstRow; r < firstRow + rows; r++) {
      load(x, grad, gated, r);
      for (int c = 0; c < channels; c++) {
        result[c] += dy[c];
        result[channels + c] += dy[c] * xhat(c);
      }
    }
  }

  @Override
  public void setGradient(int c, double a, double b) {
    constant[c] = a;
    slope[c] = b;
  }

  @Override
  public void gradientReady(int rows) {}

  @Override
  public void inputGradient(
      DoubleBuffer x, DoubleBuffer grad, boolean gated, DoubleBuffer dx, int firstRow, int rows) {
    for (int r = firstRow; r < firstRow + rows; r++) {
      load(x, grad, gated, r);
      for (int c = 0; c < channels; c++) {
        dy[c] = gamma[c] * invStd[c] * dy[c] - constant[c] - slope[c] * xhat(c);
      }
      dx.put(r * channels, dy);
    }
  }

  /** Brings a row of x, and of dy where the ReLU let it through. */
  private void load(DoubleBuffer x, DoubleBuffer grad, boolean gated, int r) {
    x.get(r * channels, row);
    grad.get(r * channels, dy);
    for (int c = 0; gated && c < channels; c++) {
      if (xhat(c) * gamma[c] + beta[c] <= 0) {
        dy[c] = 0;
      }
    }
  }
}
