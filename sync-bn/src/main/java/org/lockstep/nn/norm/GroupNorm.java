package org.lockstep.nn.norm;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Layer;
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
public final class GroupNorm implements Layer {
  private final String name;
  private final int channels;
  private final GroupNormConfig config;
  private final ShapeCache shapes;
  private final AffineParameters affine;
  private final ChannelMoments channelMoments;
  private final NormKernel kernel;
  private final double[] moments;
  private final double[] sampleSums;
  private final double[] gradientSums;

  private @Nullable Activations current;
  private FloatBuffer input = FloatBuffer.allocate(0);
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
    shapes = new ShapeCache(name, channels, config.layout());
    affine = new AffineParameters(name, channels, config.affine(), false);
    Tiles tiles = new Tiles(channels);
    channelMoments = new ChannelMoments(tiles);
    kernel = new NormKernel(tiles, config.relu());
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
  public INDArray forward(INDArray x, Pass pass) {
    Activations activations = shapes.activations(x);
    current = activations;
    input = activations.x(x);
    affine.read();
    reserve(activations.samples() * config.groups());
    FloatBuffer y = activations.y().memory();
    int rows = rowsPerSample(activations);
    for (int sample = 0; sample < activations.samples(); sample++) {
      channelMoments.measure(input, sample * rows, rows, moments);
      for (int group = 0; group < config.groups(); group++) {
        mergeChannels(group, sample * config.groups() + group);
      }
      setStatistics(sample, rows);
      kernel.normalize(input, y, sample * rows, rows);
    }
    return activations.y().publish();
  }

  private void reserve(int statistics) {
    if (mean.length < statistics) {
      mean = new double[statistics];
      variance = new double[statistics];
    }
  }

  private static int rowsPerSample(Activations activations) {
    return activations.rows() / Math.max(1, activations.samples());
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

  private void setStatistics(int sample, int rows) {
    for (int c = 0; c < channels; c++) {
      int at = sample * config.groups() + c / channelsPerGroup();
      kernel.set(c, mean[at], inverseStd(at), affine.gamma(c), affine.beta(c));
    }
    kernel.ready(rows);
  }

  private double inverseStd(int at) {
    return 1 / Math.sqrt(variance[at] + config.eps());
  }

  @Override
  public INDArray backward(INDArray dy) {
    Activations activations = current;
    if (activations == null) {
      throw new IllegalStateException(name + ": backward was called before forward");
    }
    FloatBuffer grad = activations.dy(name, dy);
    FloatBuffer dx = activations.dx().memory();
    int rows = rowsPerSample(activations);
    Arrays.fill(gradientSums, 0);
    for (int sample = 0; sample < activations.samples(); sample++) {
      setStatistics(sample, rows);
      Arrays.fill(sampleSums, 0);
      kernel.gradientSums(input, grad, sample * rows, rows, sampleSums);
      for (int i = 0; i < sampleSums.length; i++) {
        gradientSums[i] += sampleSums[i];
      }
      for (int group = 0; group < config.groups(); group++) {
        setGradient(group, sample * config.groups() + group, rows);
      }
      kernel.gradientReady(rows);
      kernel.inputGradient(input, grad, dx, sample * rows, rows);
    }
    affine.writeGradients(gradientSums);
    return activations.dx().publish();
  }

  /** dx = invStd·(gamma·dy - Σgamma·dy/m - xhat·Σgamma·dy·xhat/m), m the values of a group. */
  private void setGradient(int group, int at, int rows) {
    int first = group * channelsPerGroup();
    int end = first + channelsPerGroup();
    double sum = 0;
    double product = 0;
    for (int c = first; c < end; c++) {
      sum += affine.gamma(c) * sampleSums[c];
      product += affine.gamma(c) * sampleSums[channels + c];
    }
    double scale = inverseStd(at) / ((double) rows * channelsPerGroup());
    for (int c = first; c < end; c++) {
      kernel.setGradient(c, scale * sum, scale * product);
    }
  }

  /** The means of the last forward pass, {@code [N, groups]} in C order, live; more may follow. */
  double[] mean() {
    return mean;
  }

  /** The biased variances of the last forward pass, laid out as {@link #mean}. */
  double[] variance() {
    return variance;
  }

  @Override
  public List<Parameter> parameters() {
    return affine.parameters();
  }

  @Override
  public void close() {
    shapes.close();
    affine.close();
  }
}
