package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * EvoNorm-S0 (Liu, Brock, Simonyan &amp; Le 2020, "Evolving Normalization-Activation Layers"), norm
 * and activation in one: with var that of one sample over space and over the channels of a group,
 * and σ the logistic function,
 *
 * <pre>
 *   u  = x·σ(v·x)                      v is trained, one a channel, 1 at first
 *   y  = gamma·u/sqrt(var + eps) + beta
 *   dx = gamma·invStd·dy·u' - (x - mean)·invStd²·Σgamma·dy·u·invStd/m, m the values of a group,
 *        u' = σ·(1 + v·x·(1 - σ))
 * </pre>
 *
 * <p>Where no activation follows, u is x and there is no v. An addend is added to x, so that at the
 * end of a residual block the layer takes the place of norm, sum and ReLU.
 *
 * <p>Training and evaluation are the same; no collective is made, and the parameters' gradients are
 * sums over this rank's samples. Parameters: {@code weight} (gamma), {@code bias} (beta) and {@code
 * v}.
 *
 * <p>It computes in double, a row at a time, many times slower than {@link GroupNorm}. Not
 * thread-safe; one rank's thread calls it.
 */
public final class EvoNorm implements AddingLayer {
  /** The paper's. */
  public static final int DEFAULT_GROUPS = 32;

  private final String name;
  private final int channels;
  private final int perGroup;
  private final GroupNormConfig config;
  private final DoubleRows rows;
  private final AffineParameters affine;
  private final @Nullable ExtraParameter v;
  private final int[] groupOf;
  private final double[] x;
  private final double[] dy;
  private final double[] sampleSums;
  private final double[] gradientSums;
  private final double[] projections;
  private double[] mean = {};
  private double[] inverseStd = {};

  /**
   * A layer with gamma 1, beta 0 and v 1.
   *
   * @param config {@code relu} is whether the activation belongs to it
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public EvoNorm(String name, int channels, GroupNormConfig config) {
    GroupNorm.checkGroups(name, channels, config.groups());
    this.name = name;
    this.channels = channels;
    this.config = config;
    perGroup = channels / config.groups();
    rows = new DoubleRows(name, channels, config.precision(), config.layout());
    affine = new AffineParameters(name, channels, config.affine(), config.precision(), false);
    v = config.relu() ? new ExtraParameter(name + ".v", channels, 1, config.precision()) : null;
    groupOf = IntStream.range(0, channels).map(c -> c / perGroup).toArray();
    x = new double[channels];
    dy = new double[channels];
    sampleSums = new double[2 * channels];
    gradientSums = new double[2 * channels];
    projections = new double[config.groups()];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public INDArray forward(INDArray x, @Nullable INDArray addend, Pass pass) {
    rows.input(x, addend);
    affine.read();
    if (v != null) {
      v.read();
    }
    reserve(rows.samples() * config.groups());
    for (int sample = 0; sample < rows.samples(); sample++) {
      measure(sample);
      for (int row = first(sample); row < first(sample + 1); row++) {
        readInput(row);
        for (int c = 0; c < channels; c++) {
          double u = this.x[c] * gate(c);
          dy[c] = affine.gamma(c) * u * inverseStd[group(sample, c)] + affine.beta(c);
        }
        rows.writeY(row, dy);
      }
    }
    return rows.output();
  }

  private void reserve(int statistics) {
    if (mean.length < statistics) {
      mean = new double[statistics];
      inverseStd = new double[statistics];
    }
  }

  private int first(int sample) {
    return sample * rows.space();
  }

  private int group(int sample, int channel) {
    return sample * projections.length + groupOf[channel];
  }

  /** Leaves x plus the addend in {@link #x}. */
  private void readInput(int row) {
    rows.readX(row, x);
    rows.readAddend(row, dy);
    for (int c = 0; c < channels; c++) {
      x[c] += dy[c];
    }
  }

  /** σ(v·x). */
  private double gate(int c) {
    return v == null ? 1 : 1 / (1 + Math.exp(-v.value[c] * x[c]));
  }

  /** In two passes: the means, then the squares about them. */
  private void measure(int sample) {
    int begin = sample * config.groups();
    int end = begin + config.groups();
    double size = (double) rows.space() * perGroup;
    Arrays.fill(mean, begin, end, 0);
    Arrays.fill(inverseStd, begin, end, 0);
    for (int row = first(sample); row < first(sample + 1); row++) {
      readInput(row);
      for (int c = 0; c < channels; c++) {
        mean[group(sample, c)] += x[c];
      }
    }
    for (int g = begin; g < end; g++) {
      mean[g] /= size;
    }
    for (int row = first(sample); row < first(sample + 1); row++) {
      readInput(row);
      for (int c = 0; c < channels; c++) {
        double deviation = x[c] - mean[group(sample, c)];
        inverseStd[group(sample, c)] += deviation * deviation;
      }
    }
    for (int g = begin; g < end; g++) {
      inverseStd[g] = 1 / Math.sqrt(inverseStd[g] / size + config.eps());
    }
  }

  @Override
  public INDArray backward(INDArray gradient) {
    rows.gradient(gradient);
    Arrays.fill(gradientSums, 0);
    if (v != null) {
      Arrays.fill(v.gradient, 0);
    }
    for (int sample = 0; sample < rows.samples(); sample++) {
      sum(sample);
      for (int row = first(sample); row < first(sample + 1); row++) {
        readInput(row);
        rows.readDy(row, dy);
        for (int c = 0; c < channels; c++) {
          dy[c] = inputGradient(sample, c);
        }
        rows.writeDx(row, dy);
      }
    }
    affine.writeGradients(gradientSums);
    if (v != null) {
      v.write();
    }
    return rows.inputGradient();
  }

  private double inputGradient(int sample, int c) {
    double gate = gate(c);
    double slope = v == null ? 1 : gate * (1 + v.value[c] * x[c] * (1 - gate));
    double invStd = inverseStd[group(sample, c)];
    double deviation = (x[c] - mean[group(sample, c)]) * invStd * invStd;
    return affine.gamma(c) * invStd * dy[c] * slope - deviation * projections[groupOf[c]];
  }

  /** Adds a sample to the parameters' sums, and leaves Σgamma·dy·u·invStd/m of its groups. */
  private void sum(int sample) {
    Arrays.fill(sampleSums, 0);
    for (int row = first(sample); row < first(sample + 1); row++) {
      readInput(row);
      rows.readDy(row, dy);
      for (int c = 0; c < channels; c++) {
        double gate = gate(c);
        double scaled = dy[c] * inverseStd[group(sample, c)];
        sampleSums[c] += dy[c];
        sampleSums[channels + c] += scaled * x[c] * gate;
        if (v != null) {
          v.gradient[c] += affine.gamma(c) * scaled * x[c] * x[c] * gate * (1 - gate);
        }
      }
    }
    Arrays.fill(projections, 0);
    for (int c = 0; c < channels; c++) {
      gradientSums[c] += sampleSums[c];
      gradientSums[channels + c] += sampleSums[channels + c];
      projections[groupOf[c]] +=
          affine.gamma(c) * sampleSums[channels + c] / ((double) rows.space() * perGroup);
    }
  }

  /** That of x, to which the addend was added. */
  @Override
  public INDArray addendGradient() {
    return rows.inputGradient();
  }

  /** gamma and beta, then v where there is one. */
  @Override
  public List<Parameter> parameters() {
    return Stream.concat(
            affine.parameters().stream(), Stream.ofNullable(v).map(ExtraParameter::parameter))
        .toList();
  }

  @Override
  public void close() {
    rows.close();
    affine.close();
    if (v != null) {
      v.close();
    }
  }
}
