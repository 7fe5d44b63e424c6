package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;

/**
 * The passes in plain Java: a chunk at a time is copied to heap arrays, over which the JIT
 * vectorizes loops, against constants repeated over as many values.
 */
final class HeapPasses implements FloatPasses {
  /** Its square lifts the smallest positive float above 1. */
  private static final float LIFT = 1e38f;

  private final Tiles tiles;
  private final FloatConstants constants;
  private final float[] x;
  private final float[] dy;

  HeapPasses(int channels) {
    this(new Tiles(channels), new FloatConstants(new Tiles(channels)));
  }

  HeapPasses(Tiles tiles, FloatConstants constants) {
    this.tiles = tiles;
    this.constants = constants;
    x = tiles.newTile();
    dy = tiles.newTile();
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
    return 16 * tiles.length();
  }

  private int length(int start, int end) {
    return Math.min(tiles.length(), end - start);
  }

  @Override
  public void deviations(
      FloatMemory from, int begin, int end, float[] pivot, float[] sums, float[] squares) {
    for (int start = begin; start < end; start += tiles.length()) {
      int n = length(start, end);
      from.floats().get(start, x, 0, n);
      for (int i = 0; i < n; i++) {
        float d = x[i] - pivot[i];
        sums[i] += d;
        squares[i] += d * d;
      }
    }
  }

  @Override
  public void normalize(
      FloatMemory from,
      @Nullable FloatMemory addend,
      FloatMemory y,
      int begin,
      int end,
      boolean relu) {
    for (int start = begin; start < end; start += tiles.length()) {
      int n = length(start, end);
      from.floats().get(start, x, 0, n);
      normalize(n);
      if (addend != null) {
        addend.floats().get(start, dy, 0, n);
        add(n);
      }
      if (relu) {
        rectify(n);
      }
      y.floats().put(start, x, 0, n);
    }
  }

  private void normalize(int n) {
    float[] center = constants.center;
    float[] scale = constants.scale;
    float[] shift = constants.shift;
    for (int i = 0; i < n; i++) {
      x[i] = (x[i] - center[i]) * scale[i] + shift[i];
    }
  }

  private void add(int n) {
    for (int i = 0; i < n; i++) {
      x[i] += dy[i];
    }
  }

  private void rectify(int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }

  @Override
  public void gate(FloatMemory y, FloatMemory grad, FloatMemory dz, int begin, int end) {
    for (int start = begin; start < end; start += tiles.length()) {
      int n = length(start, end);
      y.floats().get(start, x, 0, n);
      grad.floats().get(start, dy, 0, n);
      gate(n);
      dz.floats().put(start, dy, 0, n);
    }
  }

  /** Without a branch, which the JIT would not vectorize. */
  private void gate(int n) {
    for (int i = 0; i < n; i++) {
      dy[i] *= Math.min(x[i] * LIFT * LIFT, 1f);
    }
  }

  @Override
  public void gradientSums(
      FloatMemory from,
      FloatMemory grad,
      int begin,
      int end,
      boolean gated,
      float[] sums,
      float[] products) {
    for (int start = begin; start < end; start += tiles.length()) {
      int n = length(start, end);
      load(from, grad, start, n, gated);
      accumulate(n, sums, products);
    }
  }

  private void accumulate(int n, float[] sums, float[] products) {
    float[] center = constants.center;
    float[] invStd = constants.invStd;
    for (int i = 0; i < n; i++) {
      sums[i] += dy[i];
      products[i] += dy[i] * ((x[i] - center[i]) * invStd[i]);
    }
  }

  @Override
  public void inputGradient(
      FloatMemory from, FloatMemory grad, FloatMemory dx, int begin, int end, boolean gated) {
    for (int start = begin; start < end; start += tiles.length()) {
      int n = length(start, end);
      load(from, grad, start, n, gated);
      inputGradient(n);
      dx.floats().put(start, dy, 0, n);
    }
  }

  private void inputGradient(int n) {
    float[] center = constants.center;
    float[] invStd = constants.invStd;
    float[] scale = constants.scale;
    float[] constant = constants.constant;
    float[] slope = constants.slope;
    for (int i = 0; i < n; i++) {
      dy[i] = dy[i] * scale[i] - constant[i] - (x[i] - center[i]) * invStd[i] * slope[i];
    }
  }

  private void load(FloatMemory from, FloatMemory grad, int start, int n, boolean gated) {
    from.floats().get(start, x, 0, n);
    grad.floats().get(start, dy, 0, n);
    if (gated) {
      gateByNormalized(n);
    }
  }

  private void gateByNormalized(int n) {
    float[] center = constants.center;
    float[] scale = constants.scale;
    float[] shift = constants.shift;
    for (int i = 0; i < n; i++) {
      float y = Math.max((x[i] - center[i]) * scale[i] + shift[i], 0f);
      dy[i] *= Math.min(y * LIFT * LIFT, 1f);
    }
  }
}
