package org.lockstep.nn.norm;

import java.nio.Buffer;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The four passes over memory of a normalization, in one precision, each fused with the ReLU that
 * may follow it. Rows of C values lie one after the other. With xhat = (x - mean)·invStd per
 * channel:
 *
 * <ul>
 *   <li>{@link #measure}: count, sum and M2 of each channel
 *   <li>{@link #normalize}: y = xhat·gamma + beta, or max(0, that)
 *   <li>{@link #gradientSums}: Σdy and Σdy·xhat
 *   <li>{@link #inputGradient}: dx = gamma·invStd·dy - a - b·xhat, which is Ioffe &amp; Szegedy
 *       2015, §3, with a and b standing for what the sums contribute
 * </ul>
 *
 * <p>xhat is computed again from x and never stored. With a ReLU the gradient counts where the
 * forward pass's own formula is positive. Set all channels, {@link #ready}, then run passes. Not
 * thread-safe.
 *
 * @param <B> the memory of an array
 */
interface NormKernel<B extends Buffer> {
  static NormKernel<?> of(int channels, Precision precision, boolean relu) {
    return switch (precision) {
      case FLOAT32 -> new FloatNormKernel(new Tiles(channels), relu);
      case FLOAT64 -> new DoubleNormKernel(channels, relu);
    };
  }

  Precision precision();

  /** The memory of a contiguous array. */
  B memory(INDArray array);

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

  /** Writes y for the rows {@code [firstRow, firstRow + rows)}. */
  void normalize(B x, B y, int firstRow, int rows);

  /**
   * Adds the sums over the rows {@code [firstRow, firstRow + rows)} to {@code result}.
   *
   * @param result {@code [Σdy × C, Σdy·xhat × C]}
   */
  void gradientSums(B x, B dy, int firstRow, int rows, double[] result);

  /** Says what the sums contribute to dx in channel {@code c}: {@code a + b·xhat}. */
  void setGradient(int c, double a, double b);

  /** Ends the setting of gradients for a pass over up to {@code rows} rows. */
  void gradientReady(int rows);

  /** Writes dx for the rows {@code [firstRow, firstRow + rows)}. */
  void inputGradient(B x, B dy, B dx, int firstRow, int rows);
}
