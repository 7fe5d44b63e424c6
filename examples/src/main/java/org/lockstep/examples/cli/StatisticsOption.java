package org.lockstep.examples.cli;

import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Option;

/** What a command that trains and then evaluates is told about batch norm's statistics. */
final class StatisticsOption {
  @Option(
      names = "--statistics",
      paramLabel = "S",
      converter = StatisticsConverter.class,
      description =
          "What batch norm evaluates with: ema (the running statistics), precise (those of all"
              + " training images, measured after every epoch) or both"
              + " (default: ${DEFAULT-VALUE}).")
  private Statistics statistics = TrainConfig.DEFAULT.statistics();

  Statistics statistics() {
    return statistics;
  }
}
