package org.lockstep.examples.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.norm.StatisticsDrift;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.TrainConfig;

/**
 * {@link EpochMetrics} as other programs read them: what is no number, in a run that diverged, is
 * null.
 *
 * @param learningRate of the epoch's last step
 * @param waitedSeconds of each rank, in rank order
 * @param drift of each batch norm layer; empty where the population was not measured
 */
public record EpochFigures(
    int epoch,
    @Nullable Double trainLoss,
    @Nullable Double testLoss,
    @Nullable Double testAccuracy,
    @Nullable Double testAccuracyPrecise,
    double seconds,
    double imagesPerSecond,
    double learningRate,
    List<Double> waitedSeconds,
    List<Drift> drift) {
  public EpochFigures {
    waitedSeconds = List.copyOf(waitedSeconds);
    drift = List.copyOf(drift);
  }

  /** See {@link StatisticsDrift}. */
  public record Drift(String layer, @Nullable Double meanShift, @Nullable Double scaleShift) {
    static Drift of(StatisticsDrift drift) {
      return new Drift(drift.layer(), finite(drift.meanShift()), finite(drift.scaleShift()));
    }
  }

  static EpochFigures of(TrainConfig config, int stepsPerEpoch, EpochMetrics metrics) {
    return new EpochFigures(
        metrics.epoch(),
        finite(metrics.trainLoss()),
        finite(metrics.testLoss()),
        finite(metrics.testAccuracy()),
        metrics.testAccuracyPrecise(),
        metrics.seconds(),
        metrics.imagesPerSecond(),
        config.learningRateAt(metrics.epoch() - 1.0 / stepsPerEpoch),
        metrics.waitedSeconds(),
        metrics.drift().stream().map(Drift::of).toList());
  }

  /** The figure as a number, which is none where it was not finite. */
  public static double number(@Nullable Double figure) {
    return figure == null ? Double.NaN : figure;
  }

  private static @Nullable Double finite(double number) {
    return Double.isFinite(number) ? number : null;
  }
}
