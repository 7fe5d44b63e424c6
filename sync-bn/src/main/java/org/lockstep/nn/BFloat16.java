package org.lockstep.nn;

/**
 * bfloat16 numbers as bits: the upper half of a float32, with its sign, its eight bits of exponent
 * and the first seven of its fraction. Every one of them is a float32; the way back rounds to the
 * nearest, of two as near to the one whose last bit is 0 (IEEE 754-2019, 4.3.1).
 */
public final class BFloat16 {
  private static final int SHIFT = 16;

  /** Just under half of the last bit that is kept. */
  private static final int ALMOST_HALF = (1 << (SHIFT - 1)) - 1;

  /** The bit that makes a NaN quiet. */
  private static final int QUIET = 0x40;

  private BFloat16() {}

  /** The number that the bits stand for, exactly. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << SHIFT);
  }

  /** The bits of the nearest number; a NaN stays one, whichever of its bits are lost. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> SHIFT) | QUIET);
    }
    return (short) ((bits + ALMOST_HALF + (bits >>> SHIFT & 1)) >>> SHIFT);
  }

  /** {@link #toFloat} of the first {@code length} elements. */
  public static void widen(short[] from, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = toFloat(from[i]);
    }
  }

  /** {@link #of} the first {@code length} elements. */
  public static void narrow(float[] from, short[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = of(from[i]);
    }
  }
}
