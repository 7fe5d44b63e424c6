package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Filter response normalization with its thresholded linear unit (Singh &amp; Krishnan 2020,
 * "Filter Response Normalization Layer", section 3): with ν² the mean of x² over the space of one
 * sample and channel,
 *
 * <pre>
 *   xhat = x / sqrt(ν² + eps)          no mean is subtracted
 *   y    = gamma·xhat + beta           plus an addend
 *   z    = max(y, tau)                 tau is trained, one a channel, 0 at first
 *   dx   = gamma·invStd·(dy - xhat·Σdy·xhat/m), m the size of space
 * </pre>
 *
 * <p>Training and evaluation are the same; no collective is made, and the parameters' gradients are
 * sums over this rank's samples. Parameters: {@code weight} (gamma), {@code bias} (beta), {@code
 * tau} and, where it is trained, {@code eps}, {@code [1]}, as the paper proposes for channels of
 * one value.
 *
 * <p>It computes in double, a row at a time, several times slower than {@link GroupNorm}. Not
 * thread-safe; one rank's thread calls it.
 */
public final class FilterResponseNorm implements AddingLayer {
  private final String name;
  private final int channels;
  private final FilterResponseNormConfig config;
  private final DoubleRows rows;
  private final AffineParameters affine;
  private final @Nullable ExtraParameter tau;
  private final @Nullable ExtraParameter eps;
  private final List<ExtraParameter> extras;
  private final double[] x;
  private final double[] y;
  private final double[] dy;
  private final double[] sampleSums;
  private final double[] gradientSums;
  private double[] inverseStd = {};

  /**
   * A layer with gamma 1, beta 0 and tau 0.
   *
   * @throws IllegalArgumentException if there is no channel
   */
  public FilterResponseNorm(String name, int channels, FilterResponseNormConfig config) {
    GroupNorm.checkGroups(name, channels, 1);
    this.name = name;
    this.channels = channels;
    this.config = config;
    rows = new DoubleRows(name, channels, config.precision(), config.layout());
    affine = new AffineParameters(name, channels, true, config.precision(), false);
    tau = config.tlu() ? new ExtraParameter(name + ".tau", channels, 0, config.precision()) : null;
    eps =
        config.learnedEps()
            ? new ExtraParameter(
                name + ".eps", 1, FilterResponseNormConfig.INITIAL_EPS, config.precision())
            : null;
    extras = Stream.of(tau, eps).filter(Objects::nonNull).toList();
    x = new double[channels];
    y = new double[channels];
    dy = new double[channels];
    sampleSums = new double[2 * channels];
    gradientSums = new double[2 * channels];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public INDArray forward(INDArray x, @Nullable INDArray addend, Pass pass) {
    rows.input(x, addend);
    affine.read();
    extras.forEach(ExtraParameter::read);
    if (inverseStd.length < rows.samples() * channels) {
      inverseStd = new double[rows.samples() * channels];
    }
    for (int sample = 0; sample < rows.samples(); sample++) {
      measure(sample);
      for (int row = first(sample); row < first(sample + 1); row++) {
        normalize(sample, row);
        for (int c = 0; tau != null && c < channels; c++) {
          y[c] = Math.max(y[c], tau.value[c]);
        }
        rows.writeY(row, y);
      }
    }
    return rows.output();
  }

  private int first(int sample) {
    return sample * rows.space();
  }

  private void measure(int sample) {
    double[] squares = sampleSums;
    Arrays.fill(squares, 0);
    for (int row = first(sample); row < first(sample + 1); row++) {
      rows.readX(row, x);
      for (int c = 0; c < channels; c++) {
        squares[c] += x[c] * x[c];
      }
    }
    double added = config.eps() + (eps == null ? 0 : Math.abs(eps.value[0]));
    for (int c = 0; c < channels; c++) {
      inverseStd[sample * channels + c] = 1 / Math.sqrt(squares[c] / rows.space() + added);
    }
  }

  /** Leaves xhat in {@link #x}, and y before the threshold in {@link #y}. */
  private void normalize(int sample, int row) {
    rows.readX(row, x);
    rows.readAddend(row, y);
    for (int c = 0; c < channels; c++) {
      x[c] *= inverseStd[sample * channels + c];
      y[c] += x[c] * affine.gamma(c) + affine.beta(c);
    }
  }

  @Override
  public INDArray backward(INDArray gradient) {
    rows.gradient(gradient);
    Arrays.fill(gradientSums, 0);
    extras.forEach(extra -> Arrays.fill(extra.gradient, 0));
    for (int sample = 0; sample < rows.samples(); sample++) {
      sum(sample);
      for (int row = first(sample); row < first(sample + 1); row++) {
        open(sample, row);
        rows.writeAddendGradient(row, dy);
        for (int c = 0; c < channels; c++) {
          double invStd = inverseStd[sample * channels + c];
          double part = x[c] * sampleSums[channels + c] / rows.space();
          dy[c] = affine.gamma(c) * invStd * (dy[c] - part);
        }
        rows.writeDx(row, dy);
      }
    }
    affine.writeGradients(gradientSums);
    extras.forEach(ExtraParameter::write);
    return rows.inputGradient();
  }

  private void sum(int sample) {
    Arrays.fill(sampleSums, 0);
    for (int row = first(sample); row < first(sample + 1); row++) {
      open(sample, row);
      for (int c = 0; c < channels; c++) {
        sampleSums[c] += dy[c];
        sampleSums[channels + c] += dy[c] * x[c];
      }
      if (tau != null) {
        addToTau(tau, row);
      }
    }
    for (int i = 0; i < gradientSums.length; i++) {
      gradientSums[i] += sampleSums[i];
    }
    if (eps != null) {
      addToEps(eps, sample);
    }
  }

  /** What the threshold does not let through is tau's. */
  private void addToTau(ExtraParameter tau, int row) {
    rows.readDy(row, dy);
    for (int c = 0; c < channels; c++) {
      tau.gradient[c] += y[c] <= tau.value[c] ? dy[c] : 0;
    }
  }

  /** dy/dε = -sign(ε)·gamma·xhat·invStd²/2. */
  private void addToEps(ExtraParameter eps, int sample) {
    for (int c = 0; c < channels; c++) {
      double invStd = inverseStd[sample * channels + c];
      double product = affine.gamma(c) * sampleSums[channels + c];
      eps.gradient[0] -= Math.signum(eps.value[0]) * product * invStd * invStd / 2;
    }
  }

  /** Leaves xhat in {@link #x}, and in {@link #dy} what the threshold lets through. */
  private void open(int sample, int row) {
    normalize(sample, row);
    rows.readDy(row, dy);
    for (int c = 0; tau != null && c < channels; c++) {
      if (y[c] <= tau.value[c]) {
        dy[c] = 0;
      }
    }
  }

  @Override
  public INDArray addendGradient() {
    return rows.addendGradient();
  }

  /** gamma, beta, then tau and eps where there are such. */
  @Override
  public List<Parameter> parameters() {
    return Stream.concat(
            affine.parameters().stream(), extras.stream().map(ExtraParameter::parameter))
        .toList();
  }

  @Override
  public void close() {
    rows.close();
    affine.close();
    extras.forEach(ExtraParameter::close);
  }
}
