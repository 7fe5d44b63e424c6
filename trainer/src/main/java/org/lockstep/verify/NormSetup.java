package org.lockstep.verify;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.BatchNorm;
import org.lockstep.nn.norm.BatchNormConfig;
import org.lockstep.nn.norm.GroupNorm;
import org.lockstep.nn.norm.GroupNormConfig;
import org.lockstep.nn.norm.Layout;

/**
 * A norm layer in its initial state.
 *
 * @param sample {@code [C, ...]}, the axes of an input without the batch
 * @param groups of a {@link GroupNorm}; 0: a {@link BatchNorm} of all ranks
 * @param eps added to the variance
 * @param momentum of running statistics; null: the plain average
 * @param gamma {@code [C]}, does not change
 * @param beta {@code [C]}, does not change
 * @param runningMean {@code [C]} at first; empty for a GroupNorm
 * @param runningVariance laid out as {@code runningMean}
 */
record NormSetup(
    long[] sample,
    int groups,
    double eps,
    @Nullable Double momentum,
    double[] gamma,
    double[] beta,
    double[] runningMean,
    double[] runningVariance) {
  private static final String NAME = "norm";

  static NormSetup readBatchNorm(CaseFile file) {
    long[] sample = sample(file);
    return new NormSetup(
        sample,
        0,
        eps(file),
        momentum(file),
        channels(file, "gamma", sample),
        channels(file, "beta", sample),
        channels(file, "running_mean_init", sample),
        channels(file, "running_var_init", sample));
  }

  static NormSetup readGroupNorm(CaseFile file) {
    long[] sample = sample(file);
    int groups = file.count("groups", 1);
    if (sample[0] % groups != 0) {
      throw file.unexpected("groups", "a number that divides the " + sample[0] + " channels");
    }
    double[] none = {};
    return new NormSetup(
        sample,
        groups,
        eps(file),
        null,
        channels(file, "gamma", sample),
        channels(file, "beta", sample),
        none,
        none);
  }

  private static long[] sample(CaseFile file) {
    int[] spatial = file.counts("spatial", 1);
    if (spatial.length > Layout.MAX_SPATIAL) {
      throw file.unexpected("spatial", "up to " + Layout.MAX_SPATIAL + " axes");
    }
    return LongStream.concat(
            LongStream.of(file.count("channels", 1)), Arrays.stream(spatial).asLongStream())
        .toArray();
  }

  /** Momentum of running statistics; null: the plain average. */
  static @Nullable Double momentum(CaseFile file) {
    Double momentum = file.isNull("momentum") ? null : file.number("momentum");
    if (momentum != null && !(momentum >= 0 && momentum <= 1)) {
      throw file.unexpected("momentum", "a number from 0 to 1, or null");
    }
    return momentum;
  }

  /** What is added to variances. */
  static double eps(CaseFile file) {
    double eps = file.number("eps");
    if (!(eps > 0 && eps < Double.POSITIVE_INFINITY)) {
      throw file.unexpected("eps", "a positive number");
    }
    return eps;
  }

  private static double[] channels(CaseFile file, String key, long[] sample) {
    return file.reals(key, sample[0]).values();
  }

  int channels() {
    return (int) sample[0];
  }

  /** Values of a channel in one sample. */
  int space() {
    return (int) Arrays.stream(sample).skip(1).reduce(1, Math::multiplyExact);
  }

  /**
   * A new layer.
   *
   * @param ranks share the statistics of a BatchNorm
   */
  Layer build(Communicator ranks, Precision precision, Layout layout) {
    Layer layer = groups == 0 ? batchNorm(ranks, precision, layout) : groupNorm(precision, layout);
    Elements.of(layer.parameters().get(0).value()).put(0, gamma, gamma.length);
    Elements.of(layer.parameters().get(1).value()).put(0, beta, beta.length);
    return layer;
  }

  private Layer groupNorm(Precision precision, Layout layout) {
    GroupNormConfig config =
        GroupNormConfig.of(groups).withEps(eps).withPrecision(precision).withLayout(layout);
    return new GroupNorm(NAME, channels(), config);
  }

  private Layer batchNorm(Communicator ranks, Precision precision, Layout layout) {
    BatchNormConfig config =
        BatchNormConfig.DEFAULT
            .withEps(eps)
            .withMomentum(momentum)
            .withPrecision(precision)
            .withLayout(layout);
    Layer layer = BatchNorm.sync(NAME, channels(), config, ranks);
    System.arraycopy(runningMean, 0, buffer(layer, "running_mean"), 0, runningMean.length);
    System.arraycopy(runningVariance, 0, buffer(layer, "running_var"), 0, runningVariance.length);
    return layer;
  }

  /** A layer's live buffer. */
  static double[] buffer(Layer layer, String name) {
    return Objects.requireNonNull(layer.buffers().get(NAME + "." + name), name);
  }
}
