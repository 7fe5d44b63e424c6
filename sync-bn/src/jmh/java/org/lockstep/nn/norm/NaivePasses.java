package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;

/** The passes value by value, straight after the formulas. */
final class NaivePasses implements FloatPasses {
  private final Tiles tiles;
  private final FloatConstants constants;

  NaivePasses(int channels) {
    tiles = new Tiles(channels, channels);
    constants = new FloatConstants(tiles);
  }

  @Override
  public Tiles tiles() {
    return tiles;
  }

  @Override
  public FloatConstants constants() {
    return constants;
  }

  @Override
  public int block() {
    return 1024 * tiles.length();
  }

  private float normalized(FloatMemory x, int i) {
    int c = i % tiles.channels();
    return (x.floats().get(i) - constants.center[c]) * constants.scale[c] + constants.shift[c];
  }

  private float xhat(FloatMemory x, int i) {
    int c = i % tiles.channels();
    return (x.floats().get(i) - constants.center[c]) * constants.invStd[c];
  }

  private float gradient(FloatMemory x, FloatMemory dy, int i, boolean gated) {
    return gated && normalized(x, i) <= 0 ? 0 : dy.floats().get(i);
  }

  @Override
  public void deviations(
      FloatMemory x, int from, int end, float[] pivot, float[] sums, float[] squares) {
    for (int i = from; i < end; i++) {
      int c = i % tiles.channels();
      float d = x.floats().get(i) - pivot[c];
      sums[c] += d;
      squares[c] += d * d;
    }
  }

  @Override
  public void normalize(
      FloatMemory x, @Nullable FloatMemory addend, FloatMemory y, int from, int end, boolean relu) {
    for (int i = from; i < end; i++) {
      float z = normalized(x, i) + (addend == null ? 0 : addend.floats().get(i));
      y.floats().put(i, relu && z <= 0 ? 0 : z);
    }
  }

  @Override
  public void gate(FloatMemory y, FloatMemory dy, FloatMemory dz, int from, int end) {
    for (int i = from; i < end; i++) {
      dz.floats().put(i, y.floats().get(i) <= 0 ? 0 : dy.floats().get(i));
    }
  }

  @Override
  public void gradientSums(
      FloatMemory x,
      FloatMemory dy,
      int from,
      int end,
      boolean gated,
      float[] sums,
      float[] products) {
    for (int i = from; i < end; i++) {
      int c = i % tiles.channels();
      float dz = gradient(x, dy, i, gated);
      sums[c] += dz;
      products[c] += dz * xhat(x, i);
    }
  }

  @Override
  public void inputGradient(
      FloatMemory x, FloatMemory dy, FloatMemory dx, int from, int end, boolean gated) {
    for (int i = from; i < end; i++) {
      int c = i % tiles.channels();
      float dz = gradient(x, dy, i, gated);
      dx.floats()
          .put(
              i, dz * constants.scale[c] - constants.constant[c] - xhat(x, i) * constants.slope[c]);
    }
  }
}
