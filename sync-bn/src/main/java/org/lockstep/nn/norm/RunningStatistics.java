package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mean and variance per channel that evaluation normalizes with: running = (1 - momentum) ·
 * running + momentum · batch, or the plain average over all batches where momentum is null. The
 * variance that enters is the unbiased one, M2 / (n - 1) with n the count over the whole group.
 *
 * <p>What a step observed stays aside until {@link #commit}, so that no rank holds half an update.
 * A second observation before the commit replaces the first: a step that was given up and is done
 * again leaves no trace.
 */
final class RunningStatistics {
  private final @Nullable Double momentum;
  private final double[] mean;
  private final double[] variance;
  private final double[] batches = {0};
  private final double[] nextMean;
  private final double[] nextVariance;
  private boolean pending;

  RunningStatistics(int channels, @Nullable Double momentum) {
    this.momentum = momentum;
    mean = new double[channels];
    variance = new double[channels];
    Arrays.fill(variance, 1);
    nextMean = new double[channels];
    nextVariance = new double[channels];
  }

  double mean(int channel) {
    return mean[channel];
  }

  double variance(int channel) {
    return variance[channel];
  }

  /** How many entered. */
  double batches() {
    return batches[0];
  }

  /**
   * Takes in a batch.
   *
   * @param batchVariance M2 / n per channel
   * @param count n, at least 2
   */
  void observe(double[] batchMean, double[] batchVariance, double count) {
    double weight = momentum == null ? 1 / (batches[0] + 1) : momentum;
    for (int c = 0; c < mean.length; c++) {
      double unbiased = batchVariance[c] * (count / (count - 1));
      nextMean[c] = (1 - weight) * mean[c] + weight * batchMean[c];
      nextVariance[c] = (1 - weight) * variance[c] + weight * unbiased;
    }
    pending = true;
  }

  void commit() {
    if (pending) {
      System.arraycopy(nextMean, 0, mean, 0, mean.length);
      System.arraycopy(nextVariance, 0, variance, 0, variance.length);
      batches[0]++;
      pending = false;
    }
  }

  /** The live arrays under their full names, in an order that is the same in every JVM. */
  Map<String, double[]> buffers(String layer) {
    Map<String, double[]> buffers = new LinkedHashMap<>();
    buffers.put(layer + ".running_mean", mean);
    buffers.put(layer + ".running_var", variance);
    buffers.put(layer + ".num_batches_tracked", batches);
    return Collections.unmodifiableMap(buffers);
  }
}
