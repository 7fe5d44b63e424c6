package org.lockstep.comm;

/**
 * How two ranks' values become one. {@link #reduce} is only ever called with the lower ranks'
 * values on the left, along one fixed tree ({@link ReductionTree}), so every implementation of
 * {@link Communicator} yields the same bits on every rank.
 */
public enum ReduceOp {
  SUM {
    @Override
    public void reduce(double[] low, double[] high, int length) {
      for (int i = 0; i < length; i++) {
        low[i] += high[i];
      }
    }
  },

  MAX {
    @Override
    public void reduce(double[] low, double[] high, int length) {
      for (int i = 0; i < length; i++) {
        low[i] = Math.max(low[i], high[i]);
      }
    }
  },

  /**
   * Merges moments {@code [n, sum × C, M2 × C]}, M2 being the sum of squares about the mean of the
   * n values: M2 = M2a + M2b + δ²·na·nb / (na + nb) with δ = mean b − mean a (Chan, Golub &amp;
   * LeVeque 1983, "Algorithms for Computing the Sample Variance", eq. 2.1).
   */
  MOMENTS {
    @Override
    public void reduce(double[] low, double[] high, int length) {
      double nLow = low[0];
      double nHigh = high[0];
      if (nHigh == 0) {
        return;
      }
      if (nLow == 0) {
        System.arraycopy(high, 0, low, 0, length);
        return;
      }
      int channels = (length - 1) / 2;
      double weight = nLow * nHigh / (nLow + nHigh);
      for (int sum = 1; sum <= channels; sum++) {
        int m2 = sum + channels;
        double delta = high[sum] / nHigh - low[sum] / nLow;
        low[m2] += high[m2] + delta * delta * weight;
        low[sum] += high[sum];
      }
      low[0] = nLow + nHigh;
    }
  };

  /**
   * Reduces {@code high} into {@code low}.
   *
   * @param low the values of lower ranks, takes the result; its first {@code length} elements count
   * @param high the values of higher ranks, unchanged
   */
  public abstract void reduce(double[] low, double[] high, int length);
}
