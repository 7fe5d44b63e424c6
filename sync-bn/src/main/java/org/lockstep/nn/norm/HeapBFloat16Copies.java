package org.lockstep.nn.norm;

import org.lockstep.nn.BFloat16;

/** The copies in plain Java, by way of heap arrays. Not thread-safe. */
final class HeapBFloat16Copies implements BFloat16Copies {
  /** Values at a time; they stay in the first-level cache. */
  private static final int CHUNK = 2048;

  private final short[] bits = new short[CHUNK];
  private final float[] values = new float[CHUNK];

  @Override
  public void widen(BFloat16Memory from, int start, int length, FloatMemory to) {
    copyOut(from, start, 0, length, to);
  }

  /** The copy of what lies from {@code done} on. */
  void copyOut(BFloat16Memory from, int start, int done, int length, FloatMemory to) {
    for (int i = done; i < length; i += CHUNK) {
      int n = Math.min(CHUNK, length - i);
      from.shorts().get(start + i, bits, 0, n);
      BFloat16.widen(bits, values, n);
      to.floats().put(i, values, 0, n);
    }
  }

  @Override
  public void narrow(FloatMemory from, BFloat16Memory to, int start, int length) {
    copyIn(from, to, start, 0, length);
  }

  /** The rounding of what lies from {@code done} on. */
  void copyIn(FloatMemory from, BFloat16Memory to, int start, int done, int length) {
    for (int i = done; i < length; i += CHUNK) {
      int n = Math.min(CHUNK, length - i);
      from.floats().get(i, values, 0, n);
      BFloat16.narrow(values, bits, n);
      to.shorts().put(start + i, bits, 0, n);
    }
  }
}
