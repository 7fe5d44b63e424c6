package org.lockstep.nn.norm;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The kernel of training, in cache-sized blocks of heap arrays that the JIT vectorizes.
 *
 * <p>The mean is subtracted before anything is rounded: it is split into a float and what that
 * float lacks; the latter goes into the constant term, in double.
 */
final class FloatNormKernel implements NormKernel<FloatBuffer> {
  /** Chunks between two folds: the values that one float accumulator takes. */
  private static final int CHUNKS = 16;

  /** Its square lifts the smallest positive float above 1. */
  private static final float LIFT = 1e38f;

  private final Tiles tiles;
  private final ChannelMoments channelMoments;
  private final boolean relu;
  private final float[] center;
  private final float[] invStd;
  private final float[] scale;
  private final float[] shift;
  private final float[] constant;
  private final float[] slope;
  private final double[] remainder;
  private final float[] x;
  private final float[] dy;
  private final float[] sums;
  private final float[] products;

  FloatNormKernel(Tiles tiles, boolean relu) {
    this.tiles = tiles;
    channelMoments = new ChannelMoments(tiles);
    this.relu = relu;
    center = tiles.newTile();
    invStd = tiles.newTile();
    scale = tiles.newTile();
    shift = tiles.newTile();
    constant = tiles.newTile();
    slope = tiles.newTile();
    remainder = new double[tiles.channels()];
    x = tiles.newTile();
    dy = tiles.newTile();
    sums = tiles.newTile();
    products = tiles.newTile();
  }

  @Override
  public Precision precision() {
    return Precision.FLOAT32;
  }

  @Override
  public FloatBuffer memory(INDArray array) {
    return HostMemory.floats(array);
  }

  @Override
  public void measure(FloatBuffer from, int firstRow, int rows, double[] moments) {
    channelMoments.measure(from, firstRow, rows, moments);
  }

  @Override
  public void set(int c, double mean, double inverseStd, double gamma, double beta) {
    center[c] = (float) mean;
    remainder[c] = (mean - center[c]) * inverseStd;
    invStd[c] = (float) inverseStd;
    scale[c] = (float) (gamma * inverseStd);
    shift[c] = (float) (beta - gamma * remainder[c]);
  }

  @Override
  public void setGradient(int c, double a, double b) {
    constant[c] = (float) (a - b * remainder[c]);
    slope[c] = (float) b;
  }

  @Override
  public void ready(int rows) {
    int limit = tiles.limit(rows);
    tiles.fill(center, limit);
    tiles.fill(invStd, limit);
    tiles.fill(scale, limit);
    tiles.fill(shift, limit);
  }

  @Override
  public void gradientReady(int rows) {
    int limit = tiles.limit(rows);
    tiles.fill(constant, limit);
    tiles.fill(slope, limit);
  }

  @Override
  public void normalize(FloatBuffer from, FloatBuffer y, int firstRow, int rows) {
    int end = (firstRow + rows) * tiles.channels();
    for (int start = firstRow * tiles.channels(); start < end; start += tiles.length()) {
      int n = Math.min(tiles.length(), end - start);
      from.get(start, x, 0, n);
      if (relu) {
        normalizeWithRelu(n);
      } else {
        normalize(n);
      }
      y.put(start, x, 0, n);
    }
  }

  private void normalize(int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (x[i] - center[i]) * scale[i] + shift[i];
    }
  }

  private void normalizeWithRelu(int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max((x[i] - center[i]) * scale[i] + shift[i], 0f);
    }
  }

  @Override
  public void gradientSums(
      FloatBuffer from, FloatBuffer grad, int firstRow, int rows, double[] result) {
    int end = (firstRow + rows) * tiles.channels();
    int block = CHUNKS * tiles.length();
    for (int start = firstRow * tiles.channels(); start < end; start += block) {
      Arrays.fill(sums, 0);
      Arrays.fill(products, 0);
      int blockEnd = Math.min(end, start + block);
      for (int chunk = start; chunk < blockEnd; chunk += tiles.length()) {
        int n = Math.min(tiles.length(), blockEnd - chunk);
        load(from, grad, chunk, n);
        accumulate(n);
      }
      addSums(result);
    }
  }

  private void accumulate(int n) {
    for (int i = 0; i < n; i++) {
      sums[i] += dy[i];
      products[i] += dy[i] * ((x[i] - center[i]) * invStd[i]);
    }
  }

  private void addSums(double[] result) {
    tiles.fold(sums, x);
    tiles.fold(products, x);
    for (int c = 0; c < tiles.channels(); c++) {
      result[c] += sums[c];
      result[tiles.channels() + c] += products[c] - remainder[c] * sums[c];
    }
  }

  @Override
  public void inputGradient(
      FloatBuffer from, FloatBuffer grad, FloatBuffer dx, int firstRow, int rows) {
    int end = (firstRow + rows) * tiles.channels();
    for (int start = firstRow * tiles.channels(); start < end; start += tiles.length()) {
      int n = Math.min(tiles.length(), end - start);
      load(from, grad, start, n);
      inputGradient(n);
      dx.put(start, dy, 0, n);
    }
  }

  private void inputGradient(int n) {
    for (int i = 0; i < n; i++) {
      dy[i] = dy[i] * scale[i] - constant[i] - (x[i] - center[i]) * invStd[i] * slope[i];
    }
  }

  private void load(FloatBuffer from, FloatBuffer grad, int start, int n) {
    from.get(start, x, 0, n);
    grad.get(start, dy, 0, n);
    if (relu) {
      mask(n);
    }
  }

  /** Clears dy where the ReLU gave 0; without a branch, which the JIT would not vectorize. */
  private void mask(int n) {
    for (int i = 0; i < n; i++) {
      float y = Math.max((x[i] - center[i]) * scale[i] + shift[i], 0f);
      dy[i] *= Math.min(y * LIFT * LIFT, 1f);
    }
  }
}
