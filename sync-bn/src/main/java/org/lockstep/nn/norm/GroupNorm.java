package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Group normalization (Wu &amp; He 2018): every sample is normalized by itself, over space and over
 * the channels of a group. One group is layer normalization over channels and space, a group a
 * channel is instance normalization. Training and evaluation are the same; no collective is made,
 * and the parameters' gradients are sums over this rank's samples.
 *
 * <p>Not thread-safe; one rank's thread calls it.
 */
public final class GroupNorm implements AddingLayer {
  private final String name;
  private final int channels;
  private final GroupNormConfig config;
  private final Rows<?> rows;
  private final AffineParameters affine;
  private final double[] moments;
  private final double[] sampleSums;
  private final double[] gradientSums;

  private double[] mean = {};
  private double[] variance = {};

  /**
   * A layer with gamma 1 and beta 0.
   *
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public GroupNorm(String name, int channels, GroupNormConfig config) {
    checkGroups(name, channels, config.groups());
    this.name = name;
    this.channels = channels;
    this.config = config;
    rows = Rows.of(name, channels, config.precision(), config.layout(), config.relu());
    affine = new AffineParameters(name, channels, config.affine(), config.precision(), false);
    moments = new double[2 * channels + 1];
    sampleSums = new double[2 * channels];
    gradientSums = new double[2 * channels];
  }

  static void checkGroups(String layer, int channels, int groups) {
    if (channels < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          layer
              + ": expected a number of groups that divides the "
              + (channels + " channels, found " + groups));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public INDArray forward(INDArray x, @Nullable INDArray addend, Pass pass) {
    rows.input(x, addend);
    affine.read();
    reserve(rows.samples() * config.groups());
    int space = rowsPerSample();
    for (int sample = 0; sample < rows.samples(); sample++) {
      rows.measure(sample * space, space, moments);
      for (int group = 0; group < config.groups(); group++) {
        mergeChannels(group, sample * config.groups() + group);
      }
      setStatistics(sample, space);
      rows.normalize(sample * space, space);
    }
    return rows.output();
  }

  private void reserve(int statistics) {
    if (mean.length < statistics) {
      mean = new double[statistics];
      variance = new double[statistics];
    }
  }

  private int rowsPerSample() {
    return rows.count() / Math.max(1, rows.samples());
  }

  private int channelsPerGroup() {
    return channels / config.groups();
  }

  /** Merges the moments of a group's channels, all of the same count, about their common mean. */
  private void mergeChannels(int group, int target) {
    int first = group * channelsPerGroup();
    int end = first + channelsPerGroup();
    double perChannel = moments[0];
    double sum = 0;
    for (int c = first; c < end; c++) {
      sum += moments[1 + c];
    }
    double groupMean = sum / (perChannel * channelsPerGroup());
    double m2 = 0;
    for (int c = first; c < end; c++) {
      double delta = moments[1 + c] / perChannel - groupMean;
      m2 += moments[1 + channels + c] + perChannel * delta * delta;
    }
    mean[target] = groupMean;
    variance[target] = m2 / (perChannel * channelsPerGroup());
  }

  private void setStatistics(int sample, int space) {
    for (int c = 0; c < channels; c++) {
      int at = sample * config.groups() + c / channelsPerGroup();
      rows.set(c, mean[at], inverseStd(at), affine.gamma(c), affine.beta(c));
    }
    rows.ready(space);
  }

  private double inverseStd(int at) {
    return 1 / Math.sqrt(variance[at] + config.eps());
  }

  @Override
  public INDArray backward(INDArray dy) {
    rows.gradient(dy);
    int space = rowsPerSample();
    Arrays.fill(gradientSums, 0);
    for (int sample = 0; sample < rows.samples(); sample++) {
      setStatistics(sample, space);
      Arrays.fill(sampleSums, 0);
      rows.gradientSums(sample * space, space, sampleSums);
      for (int i = 0; i < sampleSums.length; i++) {
        gradientSums[i] += sampleSums[i];
      }
      for (int group = 0; group < config.groups(); group++) {
        setGradient(group, sample * config.groups() + group, space);
      }
      rows.computeInputGradient(sample * space, space);
    }
    affine.writeGradients(gradientSums);
    return rows.inputGradient();
  }

  /** dx = invStd·(gamma·dy - Σgamma·dy/m - xhat·Σgamma·dy·xhat/m), m the values of a group. */
  private void setGradient(int group, int at, int space) {
    int first = group * channelsPerGroup();
    int end = first + channelsPerGroup();
    double sum = 0;
    double product = 0;
    for (int c = first; c < end; c++) {
      sum += affine.gamma(c) * sampleSums[c];
      product += affine.gamma(c) * sampleSums[channels + c];
    }
    double scale = inverseStd(at) / ((double) space * channelsPerGroup());
    for (int c = first; c < end; c++) {
      rows.setGradient(c, scale * sum, scale * product);
    }
  }

  /** The means of the last forward pass, {@code [N, groups]} in C order, live; more may follow. */
  public double[] mean() {
    return mean;
  }

  /** The biased variances of the last forward pass, laid out as {@link #mean}. */
  public double[] variance() {
    return variance;
  }

  @Override
  public INDArray addendGradient() {
    return rows.addendGradient();
  }

  @Override
  public List<Parameter> parameters() {
    return affine.parameters();
  }

  @Override
  public void close() {
    rows.close();
    affine.close();
  }
}
