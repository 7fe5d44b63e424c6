package org.lockstep.nn.norm;

/**
 * How a {@link GroupNorm} normalizes.
 *
 * @param groups groups of neighbouring channels, at least 1; 1 is layer normalization, as many as
 *     channels instance normalization
 * @param eps added to the variance, positive
 * @param affine whether gamma and beta are trained
 * @param relu whether max(0, ·) follows, computed in the same pass
 * @param layout the axes of what goes in and out
 */
public record GroupNormConfig(int groups, double eps, boolean affine, boolean relu, Layout layout) {
  public GroupNormConfig {
    if (groups < 1) {
      throw new IllegalArgumentException("expected at least 1 group, found " + groups);
    }
    BatchNormConfig.checkEps(eps);
  }

  /** PyTorch's defaults. */
  public static GroupNormConfig of(int groups) {
    return new GroupNormConfig(
        groups, BatchNormConfig.DEFAULT_EPS, true, false, Layout.CHANNELS_LAST);
  }

  public GroupNormConfig withEps(double value) {
    return new GroupNormConfig(groups, value, affine, relu, layout);
  }

  public GroupNormConfig withAffine(boolean value) {
    return new GroupNormConfig(groups, eps, value, relu, layout);
  }

  public GroupNormConfig withRelu(boolean value) {
    return new GroupNormConfig(groups, eps, affine, value, layout);
  }

  public GroupNormConfig withLayout(Layout value) {
    return new GroupNormConfig(groups, eps, affine, relu, value);
  }
}
