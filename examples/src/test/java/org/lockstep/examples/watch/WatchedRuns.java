package org.lockstep.examples.watch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Shards;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.StatisticsDrift;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.EpochTotals;
import org.lockstep.train.RunResult;
import org.lockstep.train.RunState;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** Runs of two ranks, ten steps an epoch, with figures that are formulas of the epoch. */
public final class WatchedRuns {
  public static final int STEPS = 10;

  private WatchedRuns() {}

  public static TrainConfig config(String norm, Shards shards, int epochs) {
    return new TrainConfig(
        "small",
        norm,
        "fashion-mini",
        null,
        0,
        shards,
        2,
        epochs,
        1,
        0.5,
        0.9,
        0,
        false,
        "step:1:0.5",
        Statistics.BOTH,
        0,
        Precision.FLOAT32,
        "none");
  }

  public static EpochMetrics epoch(int epoch) {
    return epoch(epoch, 1.0 / epoch, 0.5 + epoch / 16.0);
  }

  public static EpochMetrics epoch(int epoch, double trainLoss, @Nullable Double precise) {
    List<StatisticsDrift> drift =
        precise == null ? List.of() : List.of(new StatisticsDrift("norm1", 0.25 / epoch, epoch));
    return new EpochMetrics(
        epoch,
        trainLoss,
        2.0 / epoch,
        0.5 + epoch / 32.0,
        precise,
        4,
        1000 * epoch,
        1,
        100,
        drift,
        List.of(0.5 * epoch, 1.5 * epoch));
  }

  /** The state after so many whole epochs. */
  public static RunState after(TrainConfig config, int epochs) {
    List<EpochMetrics> done = new ArrayList<>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      done.add(epoch(epoch));
    }
    EpochTotals none = new EpochTotals(0, 0, 0, 0, 0, List.of());
    return new RunState(config, 2, STEPS, 0, (long) epochs * STEPS, none, done);
  }

  /** Has it hear a whole run. */
  public static void play(TrainListener listener, TrainConfig config) {
    RunState start = after(config, 0);
    listener.onStart(start);
    for (int epoch = 1; epoch <= config.epochs(); epoch++) {
      listener.onEpoch(epoch(epoch));
    }
    RunState end = after(config, config.epochs());
    listener.onEnd(new RunResult(config, 2, end.epochs(), "0123"));
  }
}
