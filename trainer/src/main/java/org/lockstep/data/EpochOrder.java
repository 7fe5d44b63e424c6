package org.lockstep.data;

/**
 * The order of an epoch: Fisher and Yates' shuffle (Knuth, TAOCP vol. 2, 3.4.2, algorithm P) driven
 * by {@link SplitMix64}.
 */
final class EpochOrder {
  private EpochOrder() {}

  /** Fills {@code order} with a permutation of 0 to n-1 that depends on its arguments alone. */
  static void fill(int[] order, long seed, int epoch) {
    SplitMix64 random = new SplitMix64(SplitMix64.mix(seed + SplitMix64.GAMMA) + epoch);
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }
}
