package org.lockstep.data;

/**
 * The order of an epoch: Fisher and Yates' shuffle (Knuth, TAOCP vol. 2, 3.4.2, algorithm P) driven
 * by SplitMix64 (Steele, Lea, Flood 2014, figure 17, with the constants of Stafford's variant 13).
 * Both are written out here, since no library promises the same order on every JVM.
 */
final class EpochOrder {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  EpochOrder(long state) {
    this.state = state;
  }

  /** Fills {@code order} with a permutation of 0 to n-1 that depends on its arguments alone. */
  static void fill(int[] order, long seed, int epoch) {
    EpochOrder random = new EpochOrder(mix(seed + GAMMA) + epoch);
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** 0 to below {@code bound}, each with the same probability up to bound / 2^32. */
  private int nextInt(int bound) {
    return (int) (((nextLong() >>> Integer.SIZE) * bound) >>> Integer.SIZE);
  }

  /** A bijection under which neighbours have nothing in common. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
