package org.lockstep.nn.norm;

import java.util.Arrays;
import org.lockstep.comm.ReduceOp;

/**
 * Count, sum and M2 (the sum of squares about the mean) of every channel of one rank's rows, in one
 * pass over memory, in the layout of {@link ReduceOp#MOMENTS}: {@code [n, sum × C, M2 × C]}.
 *
 * <p>E[x²] - E[x]² loses everything once |mean|/std exceeds the square root of the precision. Here
 * the rows are cut into blocks. Within a block the deviations d = x - pivot, their sum and the sum
 * of their squares are float, in rows of accumulators that the JIT vectorizes; a block ends in
 * doubles, M2 = Σd² - (Σd)²/m, and is merged with those before it (Chan, Golub &amp; LeVeque 1983,
 * eq. 2.1). The pivot is the mean of all blocks so far. That bounds the cancellation in Σd² -
 * (Σd)²/m: if the block's mean is δ away from the pivot, the m·δ² that cancels is at most twice
 * what the merge adds to M2 for that same δ, since the blocks so far hold at least m values. The
 * first block takes the mean of its first 16th, which bounds it by 16.
 *
 * <p>Where the squares leave float's range (|d| above 1e19 or below 1e-15) the block is done again
 * in double; only if all of them vanish (|d| below 1e-23) does the channel count as constant.
 *
 * <p>Not thread-safe.
 */
final class ChannelMoments {
  private static final float SMALLEST_SAFE_SQUARES = 1e-30f;

  /** The part of a block whose mean is the first pivot. */
  private static final int PIVOT_SHARE = 16;

  private final FloatPasses passes;
  private final Tiles tiles;
  private final float[] scratch;
  private final float[] pivot;
  private final float[] sums;
  private final float[] squares;
  private final double[] block;

  ChannelMoments(FloatPasses passes) {
    this.passes = passes;
    tiles = passes.tiles();
    scratch = tiles.newTile();
    pivot = tiles.newTile();
    sums = tiles.newTile();
    squares = tiles.newTile();
    block = new double[2 * tiles.channels() + 1];
  }

  /**
   * Measures the rows {@code [firstRow, firstRow + rows)}.
   *
   * @param memory rows of C values
   * @param moments takes the result, 2C + 1 elements; all zero if there are no rows
   */
  void measure(FloatMemory memory, int firstRow, int rows, double[] moments) {
    Arrays.fill(moments, 0);
    if (rows == 0) {
      return;
    }
    int from = firstRow * tiles.channels();
    int end = from + rows * tiles.channels();
    choosePivot(memory, from, Math.min(end, from + start()));
    for (int start = from; start < end; start += passes.block()) {
      if (start > from) {
        pivotAtMean(moments);
      }
      measureBlock(memory, start, Math.min(end, start + passes.block()));
      ReduceOp.MOMENTS.reduce(moments, block, block.length);
    }
  }

  private int start() {
    int rows = passes.block() / PIVOT_SHARE / tiles.channels();
    return Math.max(1, rows) * tiles.channels();
  }

  /** The mean of the first rows; exact where a channel is constant. */
  private void choosePivot(FloatMemory memory, int from, int end) {
    memory.floats().get(from, pivot, 0, tiles.channels());
    tiles.fill(pivot, tiles.length());
    measureBlock(memory, from, end);
    pivotAtMean(block);
  }

  private void pivotAtMean(double[] moments) {
    for (int c = 0; c < tiles.channels(); c++) {
      pivot[c] = (float) (moments[1 + c] / moments[0]);
    }
    tiles.fill(pivot, tiles.length());
  }

  private void measureBlock(FloatMemory memory, int from, int end) {
    Arrays.fill(sums, 0);
    Arrays.fill(squares, 0);
    passes.deviations(memory, from, end, pivot, sums, squares);
    tiles.fold(sums, scratch);
    tiles.fold(squares, scratch);
    int rows = (end - from) / tiles.channels();
    block[0] = rows;
    if (isSafe()) {
      for (int c = 0; c < tiles.channels(); c++) {
        finish(c, sums[c], squares[c]);
      }
    } else {
      measureInDouble(memory, from, end);
    }
  }

  /** Whether no square was lost below or above float's range; all zero is a constant channel. */
  private boolean isSafe() {
    for (int c = 0; c < tiles.channels(); c++) {
      float s = squares[c];
      if (!(s <= Float.MAX_VALUE) || (s > 0 && s < SMALLEST_SAFE_SQUARES)) {
        return false;
      }
    }
    return true;
  }

  private void finish(int c, double sum, double squared) {
    double m = block[0];
    block[1 + c] = m * pivot[c] + sum;
    block[1 + tiles.channels() + c] = Math.max(0, squared - sum * sum / m);
  }

  private void measureInDouble(FloatMemory memory, int from, int end) {
    int channels = tiles.channels();
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squared = 0;
      for (int i = from + c; i < end; i += channels) {
        double d = (double) memory.floats().get(i) - pivot[c];
        sum += d;
        squared += d * d;
      }
      finish(c, sum, squared);
    }
  }
}
