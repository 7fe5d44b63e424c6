package org.lockstep.nn.norm;

/**
 * What a float32 kernel computes each channel with, as tiles: x̂ = (x - center)·invStd and y = (x -
 * center)·scale + shift forward, dx = dy·scale - constant - x̂·slope backward.
 *
 * <p>The mean is subtracted before anything is rounded: it is split into a float, the center, and
 * what that float lacks; the latter goes into the constant terms, in double.
 */
final class FloatConstants {
  final float[] center;
  final float[] invStd;
  final float[] scale;
  final float[] shift;
  final float[] constant;
  final float[] slope;
  private final Tiles tiles;
  private final double[] remainder;

  FloatConstants(Tiles tiles) {
    this.tiles = tiles;
    center = tiles.newTile();
    invStd = tiles.newTile();
    scale = tiles.newTile();
    shift = tiles.newTile();
    constant = tiles.newTile();
    slope = tiles.newTile();
    remainder = new double[tiles.channels()];
  }

  void set(int c, double mean, double inverseStd, double gamma, double beta) {
    center[c] = (float) mean;
    remainder[c] = (mean - center[c]) * inverseStd;
    invStd[c] = (float) inverseStd;
    scale[c] = (float) (gamma * inverseStd);
    shift[c] = (float) (beta - gamma * remainder[c]);
  }

  void setGradient(int c, double a, double b) {
    constant[c] = (float) (a - b * remainder[c]);
    slope[c] = (float) b;
  }

  /** What x̂ lacks in channel {@code c} for want of the mean's last bits. */
  double remainder(int c) {
    return remainder[c];
  }

  /** Repeats what {@link #set} said for passes over up to {@code rows} rows. */
  void ready(int rows) {
    int limit = tiles.limit(rows);
    tiles.fill(center, limit);
    tiles.fill(invStd, limit);
    tiles.fill(scale, limit);
    tiles.fill(shift, limit);
  }

  /** Repeats what {@link #setGradient} said for a pass over up to {@code rows} rows. */
  void gradientReady(int rows) {
    int limit = tiles.limit(rows);
    tiles.fill(constant, limit);
    tiles.fill(slope, limit);
  }
}
