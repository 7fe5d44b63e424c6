package org.lockstep.nn.norm;

import org.lockstep.nn.Precision;

/**
 * How a {@link FilterResponseNorm} normalizes; {@link #DEFAULT} is what its paper does.
 *
 * @param eps added to the mean of squares, positive
 * @param learnedEps whether |ε|, which is trained and begins at {@link #INITIAL_EPS}, is added to
 *     {@code eps}; the paper wants it where a sample has one value a channel
 * @param tlu whether a thresholded linear unit follows
 * @param layout the axes of what goes in and out
 * @param precision of what goes in and out; see {@link Precision#ofParameters}
 */
public record FilterResponseNormConfig(
    double eps, boolean learnedEps, boolean tlu, Layout layout, Precision precision) {
  /** What a trained ε begins at. */
  public static final double INITIAL_EPS = 1e-4;

  public static final FilterResponseNormConfig DEFAULT =
      new FilterResponseNormConfig(1e-6, false, true, Layout.CHANNELS_LAST, Precision.FLOAT32);

  public FilterResponseNormConfig {
    BatchNormConfig.checkEps(eps);
  }

  public FilterResponseNormConfig withLearnedEps(boolean value) {
    return new FilterResponseNormConfig(eps, value, tlu, layout, precision);
  }

  public FilterResponseNormConfig withTlu(boolean value) {
    return new FilterResponseNormConfig(eps, learnedEps, value, layout, precision);
  }

  public FilterResponseNormConfig withLayout(Layout value) {
    return new FilterResponseNormConfig(eps, learnedEps, tlu, value, precision);
  }

  public FilterResponseNormConfig withPrecision(Precision value) {
    return new FilterResponseNormConfig(eps, learnedEps, tlu, layout, value);
  }
}
