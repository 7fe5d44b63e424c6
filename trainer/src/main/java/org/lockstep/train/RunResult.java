package org.lockstep.train;

import java.util.List;

/**
 * What a finished run yields; equal on all ranks.
 *
 * @param config what was run
 * @param workers the world size
 * @param epochs one entry an epoch
 * @param digest SHA-256 of all parameters and buffers, hexadecimal, checked to be the same on all
 *     ranks
 */
public record RunResult(TrainConfig config, int workers, List<EpochMetrics> epochs, String digest) {
  public RunResult {
    epochs = List.copyOf(epochs);
  }

  public EpochMetrics lastEpoch() {
    return epochs.get(epochs.size() - 1);
  }

  /** Test accuracy after the last epoch, a fraction. */
  public double finalTestAccuracy() {
    return lastEpoch().testAccuracy();
  }
}
