package org.lockstep.nn.norm;

/**
 * The limits of Batch Renormalization (Ioffe 2017, "Batch Renormalization: Towards Reducing
 * Minibatch Dependence in Batch-Normalized Models", algorithm 1): in training, with the running
 * mean μ and deviation σ as they are before the step, σ the root of the running variance, and those
 * of the batch over all ranks that share statistics, μ_B and σ_B,
 *
 * <pre>
 *   r = σ_B/σ                within [1/rMax, rMax]
 *   d = (μ_B - μ)/σ          within [-dMax, dMax]
 *   y = gamma·(r·(x - μ_B)/σ_B + d) + beta
 * </pre>
 *
 * r and d count as constants in the backward pass. Where they are not cut off, y is what evaluation
 * with the running statistics would give.
 *
 * <p>The limits widen with the number t of batches in the running statistics, so that a run that
 * goes on from a checkpoint has those it stopped with: up to t = warmUp it is plain batch norm
 * (rMax 1, dMax 0); then dMax grows linearly up to t = 5·warmUp, and rMax up to t = 8·warmUp. With
 * {@link #PAPERS_WARM_UP} that is the paper's schedule: 5,000, 25,000 and 40,000 steps.
 *
 * @param rMax in the end, at least 1
 * @param dMax in the end, at least 0
 * @param warmUp batches of plain batch norm; 0: the limits are constant
 */
public record Renormalization(double rMax, double dMax, int warmUp) {
  /** The paper's, for runs of hundreds of thousands of steps. */
  public static final int PAPERS_WARM_UP = 5000;

  public Renormalization {
    if (!(rMax >= 1 && dMax >= 0 && warmUp >= 0)) {
      throw new IllegalArgumentException(
          "expected an rMax of at least 1, a dMax and a warm-up of at least 0, found %s, %s and %d"
              .formatted(rMax, dMax, warmUp));
    }
  }

  /** The paper's limits, 3 and 5, after a warm-up. */
  public static Renormalization after(int warmUp) {
    return new Renormalization(3, 5, warmUp);
  }

  /**
   * σ_B/σ within its limits.
   *
   * @param batches in the running statistics
   */
  double r(double ratio, double batches) {
    double limit = 1 + (rMax - 1) * progress(batches, 7);
    return Math.max(1 / limit, Math.min(limit, ratio));
  }

  /** (μ_B - μ)/σ within its limits. */
  double d(double distance, double batches) {
    double limit = dMax * progress(batches, 4);
    return Math.max(-limit, Math.min(limit, distance));
  }

  /** 0 while it warms up, 1 from {@code rise} more warm-ups on. */
  private double progress(double batches, int rise) {
    return warmUp == 0
        ? 1
        : Math.max(0, Math.min(1, (batches - warmUp) / (rise * (double) warmUp)));
  }
}
