package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Precision;

/**
 * The passes over memory of a normalization, in one precision, each fused with the sum and the ReLU
 * that may follow it. Rows of C values lie one after the other. With xhat = (x - mean)·invStd per
 * channel:
 *
 * <ul>
 *   <li>{@link #measure}: count, sum and M2 of each channel
 *   <li>{@link #normalize}: y = xhat·gamma + beta, plus an addend, cut off below 0 where a ReLU
 *       follows
 *   <li>{@link #gate}: what the ReLU lets through of dy
 *   <li>{@link #gradientSums}: Σdy and Σdy·xhat
 *   <li>{@link #inputGradient}: dx = gamma·invStd·dy - a - b·xhat, which is Ioffe &amp; Szegedy
 *       2015, §3, with a and b standing for what the sums contribute
 * </ul>
 *
 * <p>xhat is computed again from x and never stored. So may be the ReLU's gate, without a pass of
 * its own, unless there was an addend: the gradient counts where the forward pass's own formula is
 * positive. Set all channels, {@link #ready}, then run passes. Not thread-safe.
 *
 * @param <B> the memory of an array
 */
interface NormKernel<B> extends ArrayMemory<B> {
  static NormKernel<?> of(int channels, Precision precision) {
    return switch (precision) {
      case FLOAT32 -> new FloatNormKernel(FloatPasses.of(channels));
      case FLOAT64 -> new DoubleNormKernel(channels);
      case BF16 -> new BFloat16NormKernel(FloatPasses.of(channels), BFloat16Copies.fastest());
    };
  }

  /**
   * Measures the rows {@code [firstRow, firstRow + rows)}.
   *
   * @param moments takes the result, {@code [n, sum × C, M2 × C]}; all zero if there are no rows
   */
  void measure(B x, int firstRow, int rows, double[] moments);

  /** Says how channel {@code c} is normalized. */
  void set(int c, double mean, double inverseStd, double gamma, double beta);

  /** Ends the setting of channels for passes over up to {@code rows} rows. */
  void ready(int rows);

  /**
   * Writes y for the rows {@code [firstRow, firstRow + rows)}.
   *
   * @param addend added to what is normalized; null: nothing
   * @param relu whether y is cut off below 0
   */
  void normalize(B x, @Nullable B addend, boolean relu, B y, int firstRow, int rows);

  /**
   * Writes dy where y is positive and 0 elsewhere for the rows {@code [firstRow, firstRow + rows)}.
   *
   * @param y what {@link #normalize} wrote, with a ReLU
   */
  void gate(B y, B dy, B dz, int firstRow, int rows);

  /**
   * Adds the sums over the rows {@code [firstRow, firstRow + rows)} to {@code result}.
   *
   * @param gated whether dy counts only where {@link #normalize}, without an addend, is positive
   * @param result {@code [Σdy × C, Σdy·xhat × C]}
   */
  void gradientSums(B x, B dy, boolean gated, int firstRow, int rows, double[] result);

  /** Says what the sums contribute to dx in channel {@code c}: {@code a + b·xhat}. */
  void setGradient(int c, double a, double b);

  /** Ends the setting of gradients for a pass over up to {@code rows} rows. */
  void gradientReady(int rows);

  /**
   * Writes dx for the rows {@code [firstRow, firstRow + rows)}.
   *
   * @param gated as in {@link #gradientSums}
   */
  void inputGradient(B x, B dy, boolean gated, B dx, int firstRow, int rows);
}
