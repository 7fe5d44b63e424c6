package org.lockstep.comm;

/**
 * The order in which the ranks' values are merged, the same in every {@link Communicator}.
 *
 * <p>Floating-point addition is not associative, so an all-reduce gives the same bits on all ranks,
 * in all runs and over all transports only if the bracket is fixed. This is that bracket for p
 * ranks. Let q be the largest power of two that is not above p, and e = p - q.
 *
 * <ol>
 *   <li><b>Fold.</b> The first 2e ranks merge in neighbouring pairs (0,1), (2,3), …, (2e-2, 2e-1).
 *       That leaves q blocks of one or two consecutive ranks, in rank order; a block is led by its
 *       lowest rank ({@link #leader}) and its value is held there.
 *   <li><b>Double.</b> For distance d = 1, 2, 4, … below q, block b merges with block b xor d. The
 *       block with the lower number is always the left operand, and every left operand covers only
 *       ranks below those of the right one.
 * </ol>
 *
 * <p>For p = 6: fold (0 1) (2 3) | 4 | 5, then ((0 1)(2 3)) (4 5), then the two halves.
 *
 * <p>Over a network the same bracket has two forms. <i>Recursive doubling</i> (Thakur, Rabenseifner
 * &amp; Gropp 2005, §4.1): the higher rank of each folded pair sends to its leader; the leaders
 * exchange with the leader of block b xor d and each merges low with high, so all compute the same
 * bits; the leaders send the result back. That is log2 q rounds, plus two if e &gt; 0, of n bytes
 * sent per rank and round. <i>One shot</i>: every rank sends its n bytes to the p - 1 others and
 * runs {@link #reduce} on the p vectors itself: one round, (p - 1)·n bytes sent per rank. Between
 * the threads of one JVM the rank that comes last runs it for all.
 */
public final class ReductionTree {
  private ReductionTree() {}

  /** The blocks that are left after the fold: the largest power of two not above {@code p}. */
  public static int blocks(int p) {
    return Integer.highestOneBit(p);
  }

  /** The ranks that are folded in pairs: those below this even number. */
  public static int foldedRanks(int p) {
    return 2 * (p - blocks(p));
  }

  /** The lowest rank of a block, which holds the block's value. */
  public static int leader(int block, int p) {
    int pairs = p - blocks(p);
    return block < pairs ? 2 * block : block + pairs;
  }

  /**
   * Reduces one vector a rank into the first of them, along the tree. The other vectors are used as
   * scratch; no buffer is allocated.
   *
   * @param byRank the vectors of ranks 0 to {@code byRank.length - 1}, all different arrays
   * @param length the elements of each that count
   * @return {@code byRank[0]}, holding the result
   */
  public static double[] reduce(double[][] byRank, int length, ReduceOp op) {
    walk(byRank.length, (low, high) -> op.reduce(byRank[low], byRank[high], length));
    return byRank[0];
  }

  /**
   * Sums {@code byRank[r][offsets[r] .. offsets[r] + length)} over the ranks r, in float, into the
   * segment of rank 0, along the tree. The other segments are used as scratch.
   *
   * @return {@code byRank[0]}, holding the result from {@code offsets[0]} on
   */
  public static float[] sum(float[][] byRank, int[] offsets, int length) {
    walk(
        byRank.length,
        (low, high) -> add(byRank[low], offsets[low], byRank[high], offsets[high], length));
    return byRank[0];
  }

  /** Adds {@code high} to {@code low}, the tree's merge of gradients. */
  public static void add(float[] low, int lowOffset, float[] high, int highOffset, int length) {
    for (int i = 0; i < length; i++) {
      low[lowOffset + i] += high[highOffset + i];
    }
  }

  private static void walk(int p, Merge merge) {
    for (int low = 0; low < foldedRanks(p); low += 2) {
      merge.merge(low, low + 1);
    }
    int blocks = blocks(p);
    for (int distance = 1; distance < blocks; distance *= 2) {
      for (int block = 0; block < blocks; block += 2 * distance) {
        merge.merge(leader(block, p), leader(block + distance, p));
      }
    }
  }

  /** Merges the value that a higher rank holds into that of a lower one. */
  private interface Merge {
    void merge(int low, int high);
  }
}
