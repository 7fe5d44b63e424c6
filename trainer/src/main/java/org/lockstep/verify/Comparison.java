package org.lockstep.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;

/** What one rank has compared so far. One rank's thread calls it. */
final class Comparison {
  private final Communicator ranks;
  private final Map<String, Deviation> worst = new LinkedHashMap<>();
  private @Nullable Integer step;

  Comparison(Communicator ranks) {
    this.ranks = ranks;
  }

  /** Says which step the comparisons that follow belong to; null: to none. */
  void at(@Nullable Integer number) {
    step = number;
  }

  /** Compares element by element. */
  void values(String quantity, double[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new IllegalStateException(
          quantity + ": expected " + expected.length + " values, found " + actual.length);
    }
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      error = Math.max(error, error(actual[i], expected[i]));
    }
    add(quantity, error, quantity, 1);
  }

  /** Compares a figure that another quantity's tolerance bounds, times a factor. */
  void value(String quantity, double actual, double expected, String bound, double factor) {
    add(quantity, error(actual, expected), bound, factor);
  }

  /** Compares a whole number, which must be right. */
  void count(String quantity, double actual, double expected) {
    add(quantity, error(actual, expected), quantity, 0);
  }

  /**
   * Compares the bits of all ranks' values, by a hash of 64 bits; the error is the number of ranks
   * that hold others than this one.
   */
  @Collective
  void sameOnAllRanks(String quantity, double[] mine) {
    long hash = hash(mine);
    double[] halves = {(double) (hash >>> 32), (double) (hash & 0xffff_ffffL)};
    double[] all = new double[ranks.worldSize() * halves.length];
    ranks.allGather(halves, all, tag());
    int others = 0;
    for (int i = 0; i < all.length; i += halves.length) {
      others += all[i] == halves[0] && all[i + 1] == halves[1] ? 0 : 1;
    }
    add(quantity + " of all ranks", others, quantity, 0);
  }

  /** Steele, Lea &amp; Flood 2014 ("Fast splittable pseudorandom number generators"), fig. 16. */
  private static long hash(double[] values) {
    long z = values.length;
    for (double value : values) {
      z = z * 0x9e37_79b9_7f4a_7c15L + Double.doubleToRawLongBits(value);
      z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
      z ^= z >>> 31;
    }
    return z;
  }

  /** The sums over all ranks, in place. */
  @Collective
  double[] sum(double[] shares) {
    ranks.allReduce(shares, shares.length, ReduceOp.SUM, tag());
    return shares;
  }

  Deviations result() {
    return new Deviations(List.copyOf(worst.values()));
  }

  private OpTag tag() {
    return new OpTag(step == null ? 0 : step, "verify", Phase.CONTROL);
  }

  /** Infinite where either is no finite number. */
  private static double error(double actual, double expected) {
    double error = Math.abs(actual - expected);
    return Double.isFinite(error) ? error : Double.POSITIVE_INFINITY;
  }

  private void add(String quantity, double error, String bound, double factor) {
    worst.merge(quantity, new Deviation(quantity, step, error, bound, factor), Deviation::worse);
  }
}
