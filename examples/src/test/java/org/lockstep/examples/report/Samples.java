package org.lockstep.examples.report;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.lockstep.data.Shards;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.StatisticsDrift;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;

/** Runs with figures that are formulas of the run's settings. */
final class Samples {
  private static final int WORKERS = 8;
  private static final List<Double> WAITED = List.of(0.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);

  private Samples() {}

  static Report report(List<RunResult> results) {
    return new Report(
        "Lockstep comparison",
        "bin/lockstep compare --model small",
        WORKERS + " processes on one machine",
        true,
        new Machine(2, "a processor", "an <os>", "a JVM"),
        6000,
        2000,
        results,
        ZonedDateTime.of(2026, 1, 2, 3, 4, 0, 0, ZoneOffset.UTC));
  }

  /** local, sync and group on both kinds of shards. */
  static List<RunResult> comparison(String model, int... batches) {
    List<RunResult> runs = new ArrayList<>();
    for (Shards shards : List.of(Shards.SHUFFLED, Shards.BY_LABEL)) {
      for (int batch : batches) {
        runs.add(run("local", model, shards, batch, shards == Shards.SHUFFLED ? 0.81 : 0.49));
        runs.add(run("sync", model, shards, batch, 0.84));
        runs.add(run("group:8", model, shards, batch, 0.83));
      }
    }
    return runs;
  }

  /** A run of one epoch that was evaluated with both statistics. */
  static RunResult both(String norm, double accuracy, double precise, List<StatisticsDrift> drift) {
    EpochMetrics epoch =
        new EpochMetrics(
            1, 1 - accuracy, 1 - accuracy, accuracy, precise, 4, 1500, 1, 123_456, drift, WAITED);
    TrainConfig config = config(norm, "small", Shards.BY_LABEL, 2, Statistics.BOTH);
    return new RunResult(config, WORKERS, List.of(epoch), "0123");
  }

  static RunResult run(String norm, String model, Shards shards, int batch, double accuracy) {
    return new RunResult(
        config(norm, model, shards, batch, Statistics.EMA),
        WORKERS,
        List.of(epoch(1, accuracy - 0.12), epoch(2, accuracy - 0.04), epoch(3, accuracy)),
        "0123");
  }

  private static TrainConfig config(
      String norm, String model, Shards shards, int batch, Statistics statistics) {
    return new TrainConfig(
        model,
        norm,
        "fashion-mini",
        null,
        0,
        shards,
        batch,
        3,
        1,
        0.01,
        0.9,
        0,
        false,
        "constant",
        statistics,
        0,
        Precision.FLOAT32,
        "none");
  }

  static EpochMetrics epoch(int epoch, double accuracy) {
    return new EpochMetrics(
        epoch,
        0.25 + 1 - accuracy,
        1 - accuracy,
        accuracy,
        null,
        4,
        1500,
        1,
        123_456,
        List.of(),
        WAITED);
  }
}
