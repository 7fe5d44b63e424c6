package org.lockstep.examples.cli;

import org.lockstep.data.Shards;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What decides one training run. */
final class RunOptions {
  @Option(
      names = "--norm",
      paramLabel = "NORM",
      description = NormSpec.NAMES + " (default: ${DEFAULT-VALUE}).")
  private String norm = TrainConfig.DEFAULT.norm();

  @Option(
      names = "--shards",
      paramLabel = "SHARDS",
      converter = ShardsConverter.class,
      description =
          "How images are dealt: shuffled, by-label or uneven (default: ${DEFAULT-VALUE}).")
  private Shards shards = TrainConfig.DEFAULT.shards();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images a worker takes per step (default: ${DEFAULT-VALUE}).")
  private int batch = 32;

  @Mixin private TrainingOptions training = new TrainingOptions();

  /**
   * The whole configuration of the run.
   *
   * @throws UsageException if a value is out of its range
   */
  TrainConfig config(Statistics statistics) {
    return training.config(norm, shards, batch, statistics);
  }
}
