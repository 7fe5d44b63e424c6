package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Precision;

/**
 * How a {@link BatchNorm} normalizes; {@link #DEFAULT} is what PyTorch does.
 *
 * @param eps added to the variance, positive
 * @param momentum weight of the newest batch in the running statistics, 0 to 1; null: the plain
 *     average over all batches
 * @param affine whether gamma and beta are trained
 * @param trackRunningStatistics whether evaluation uses running statistics
 * @param relu whether max(0, ·) follows, computed in the same pass
 * @param layout the axes of what goes in and out
 * @param precision of what goes in and out; see {@link Precision#ofParameters}
 * @param renormalization how far training follows the running statistics, which must be tracked;
 *     null: not at all
 */
public record BatchNormConfig(
    double eps,
    @Nullable Double momentum,
    boolean affine,
    boolean trackRunningStatistics,
    boolean relu,
    Layout layout,
    Precision precision,
    @Nullable Renormalization renormalization) {
  public static final double DEFAULT_EPS = 1e-5;

  public static final BatchNormConfig DEFAULT =
      new BatchNormConfig(
          DEFAULT_EPS, 0.1, true, true, false, Layout.CHANNELS_LAST, Precision.FLOAT32, null);

  public BatchNormConfig {
    checkEps(eps);
    if (momentum != null && !(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "expected a momentum from 0 to 1, or null for the average, found " + momentum);
    }
    if (renormalization != null && !trackRunningStatistics) {
      throw new IllegalArgumentException(
          "expected running statistics for batch renormalization, which are not tracked");
    }
  }

  static void checkEps(double eps) {
    if (!(eps > 0 && eps < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("expected a positive eps, found " + eps);
    }
  }

  public BatchNormConfig withEps(double value) {
    return new BatchNormConfig(
        value, momentum, affine, trackRunningStatistics, relu, layout, precision, renormalization);
  }

  public BatchNormConfig withMomentum(@Nullable Double value) {
    return new BatchNormConfig(
        eps, value, affine, trackRunningStatistics, relu, layout, precision, renormalization);
  }

  public BatchNormConfig withAffine(boolean value) {
    return new BatchNormConfig(
        eps, momentum, value, trackRunningStatistics, relu, layout, precision, renormalization);
  }

  public BatchNormConfig withTrackRunningStatistics(boolean value) {
    return new BatchNormConfig(
        eps, momentum, affine, value, relu, layout, precision, renormalization);
  }

  public BatchNormConfig withRelu(boolean value) {
    return new BatchNormConfig(
        eps, momentum, affine, trackRunningStatistics, value, layout, precision, renormalization);
  }

  public BatchNormConfig withLayout(Layout value) {
    return new BatchNormConfig(
        eps, momentum, affine, trackRunningStatistics, relu, value, precision, renormalization);
  }

  public BatchNormConfig withPrecision(Precision value) {
    return new BatchNormConfig(
        eps, momentum, affine, trackRunningStatistics, relu, layout, value, renormalization);
  }

  public BatchNormConfig withRenormalization(@Nullable Renormalization value) {
    return new BatchNormConfig(
        eps, momentum, affine, trackRunningStatistics, relu, layout, precision, value);
  }
}
