package org.lockstep.launch;

import org.lockstep.data.Shards;
import org.lockstep.nn.Precision;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;

/** Runs of a few steps, of two images a rank, whose rate falls and whose weights decay. */
public final class ShortRun {
  private ShortRun() {}

  /**
   * @param limit images of an epoch
   */
  public static TrainConfig of(
      String model, String norm, String data, int limit, int epochs, Precision precision) {
    return new TrainConfig(
        model,
        norm,
        data,
        null,
        limit,
        Shards.SHUFFLED,
        2,
        epochs,
        1,
        0.05,
        0.9,
        1e-4,
        false,
        "cosine",
        Statistics.EMA,
        0,
        precision,
        "none");
  }
}
