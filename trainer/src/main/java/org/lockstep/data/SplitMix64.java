package org.lockstep.data;

/**
 * SplitMix64 (Steele, Lea, Flood 2014, figure 17, with the constants of Stafford's variant 13).
 * Written out here, since no library promises the same numbers on every JVM.
 */
public final class SplitMix64 {
  /** 2^64 over the golden ratio, whose multiples modulo 2^64 are spread evenly. */
  public static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  SplitMix64(long state) {
    this.state = state;
  }

  long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** 0 to below {@code bound}, each with the same probability up to bound / 2^32. */
  int nextInt(int bound) {
    return (int) (((nextLong() >>> Integer.SIZE) * bound) >>> Integer.SIZE);
  }

  /** A bijection under which neighbours have nothing in common. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
