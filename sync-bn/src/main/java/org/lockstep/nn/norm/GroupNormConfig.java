package org.lockstep.nn.norm;

import org.lockstep.nn.Precision;

/**
 * How a {@link GroupNorm} or an {@link EvoNorm} normalizes.
 *
 * @param groups groups of neighbouring channels, at least 1; 1 is layer normalization, as many as
 *     channels instance normalization
 * @param eps added to the variance, positive
 * @param affine whether gamma and beta are trained
 * @param relu whether max(0, ·) follows, computed in the same pass
 * @param layout the axes of what goes in and out
 * @param precision of what goes in and out; see {@link Precision#ofParameters}
 */
public record GroupNormConfig(
    int groups, double eps, boolean affine, boolean relu, Layout layout, Precision precision) {
  public GroupNormConfig {
    if (groups < 1) {
      throw new IllegalArgumentException("expected at least 1 group, found " + groups);
    }
    BatchNormConfig.checkEps(eps);
  }

  /** PyTorch's defaults. */
  public static GroupNormConfig of(int groups) {
    return new GroupNormConfig(
        groups, BatchNormConfig.DEFAULT_EPS, true, false, Layout.CHANNELS_LAST, Precision.FLOAT32);
  }

  public GroupNormConfig withEps(double value) {
    return new GroupNormConfig(groups, value, affine, relu, layout, precision);
  }

  public GroupNormConfig withAffine(boolean value) {
    return new GroupNormConfig(groups, eps, value, relu, layout, precision);
  }

  public GroupNormConfig withRelu(boolean value) {
    return new GroupNormConfig(groups, eps, affine, value, layout, precision);
  }

  public GroupNormConfig withLayout(Layout value) {
    return new GroupNormConfig(groups, eps, affine, relu, value, precision);
  }

  public GroupNormConfig withPrecision(Precision value) {
    return new GroupNormConfig(groups, eps, affine, relu, layout, value);
  }
}
