package org.lockstep.models;

/**
 * What runs beside a residual block's body where the shape changes (He et al. 2016, "Deep Residual
 * Learning for Image Recognition", section 3.3).
 */
public enum Shortcut {
  /** Option A: subsampling and channels of zeros; no parameters. */
  PADDED,
  /** Option B: a 1x1 convolution with the block's stride, and a norm. */
  PROJECTED
}
