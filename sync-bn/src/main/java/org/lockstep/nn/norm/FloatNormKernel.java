package org.lockstep.nn.norm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The kernel of training: sums in float over a block of rows, by {@link FloatPasses}, and in double
 * over the blocks.
 */
final class FloatNormKernel implements NormKernel<FloatMemory> {
  private final FloatPasses passes;
  private final Tiles tiles;
  private final FloatConstants constants;
  private final ChannelMoments channelMoments;
  private final float[] scratch;
  private final float[] sums;
  private final float[] products;

  FloatNormKernel(FloatPasses passes) {
    this.passes = passes;
    tiles = passes.tiles();
    constants = passes.constants();
    channelMoments = new ChannelMoments(passes);
    scratch = tiles.newTile();
    sums = tiles.newTile();
    products = tiles.newTile();
  }

  @Override
  public Precision precision() {
    return Precision.FLOAT32;
  }

  @Override
  public FloatMemory memory(INDArray array) {
    return FloatMemory.of(array);
  }

  @Override
  public void measure(FloatMemory x, int firstRow, int rows, double[] moments) {
    channelMoments.measure(x, firstRow, rows, moments);
  }

  @Override
  public void set(int c, double mean, double inverseStd, double gamma, double beta) {
    constants.set(c, mean, inverseStd, gamma, beta);
  }

  @Override
  public void ready(int rows) {
    constants.ready(rows);
  }

  @Override
  public void normalize(
      FloatMemory x,
      @Nullable FloatMemory addend,
      boolean relu,
      FloatMemory y,
      int firstRow,
      int rows) {
    passes.normalize(x, addend, y, start(firstRow), start(firstRow + rows), relu);
  }

  /** The index of a row's first value. */
  private int start(int row) {
    return row * tiles.channels();
  }

  @Override
  public void gate(FloatMemory y, FloatMemory dy, FloatMemory dz, int firstRow, int rows) {
    passes.gate(y, dy, dz, start(firstRow), start(firstRow + rows));
  }

  @Override
  public void gradientSums(
      FloatMemory x, FloatMemory dy, boolean gated, int firstRow, int rows, double[] result) {
    int end = start(firstRow + rows);
    for (int from = start(firstRow); from < end; from += passes.block()) {
      Arrays.fill(sums, 0);
      Arrays.fill(products, 0);
      int blockEnd = Math.min(end, from + passes.block());
      passes.gradientSums(x, dy, from, blockEnd, gated, sums, products);
      addSums(result);
    }
  }

  private void addSums(double[] result) {
    tiles.fold(sums, scratch);
    tiles.fold(products, scratch);
    for (int c = 0; c < tiles.channels(); c++) {
      result[c] += sums[c];
      result[tiles.channels() + c] += products[c] - constants.remainder(c) * sums[c];
    }
  }

  @Override
  public void setGradient(int c, double a, double b) {
    constants.setGradient(c, a, b);
  }

  @Override
  public void gradientReady(int rows) {
    constants.gradientReady(rows);
  }

  @Override
  public void inputGradient(
      FloatMemory x, FloatMemory dy, boolean gated, FloatMemory dx, int firstRow, int rows) {
    passes.inputGradient(x, dy, dx, start(firstRow), start(firstRow + rows), gated);
  }
}
