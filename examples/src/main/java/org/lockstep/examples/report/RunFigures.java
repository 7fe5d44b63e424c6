package org.lockstep.examples.report;

import java.util.function.ToDoubleFunction;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;

/**
 * A run's epochs taken together.
 *
 * @param accuracy on the test images after the last epoch, a fraction
 * @param accuracyPrecise the same with population statistics; no number where they were not asked
 *     for
 * @param loss mean cross-entropy of the test images after the last epoch
 * @param imagesPerSecond training images over training time
 * @param waiting share of the training time a worker waited for others, a fraction
 * @param megabytesSent by all workers, 10^6 bytes
 */
record RunFigures(
    double accuracy,
    double accuracyPrecise,
    double loss,
    double imagesPerSecond,
    double waiting,
    double megabytesSent) {
  private static final double MEGA = 1e6;

  static RunFigures of(RunResult run) {
    EpochMetrics last = run.lastEpoch();
    Double precise = last.testAccuracyPrecise();
    double seconds = sum(run, EpochMetrics::seconds);
    return new RunFigures(
        last.testAccuracy(),
        precise == null ? Double.NaN : precise,
        last.testLoss(),
        sum(run, epoch -> epoch.imagesPerSecond() * epoch.seconds()) / seconds,
        sum(run, EpochMetrics::collectiveSeconds) / seconds,
        sum(run, EpochMetrics::bytesSent) / MEGA);
  }

  private static double sum(RunResult run, ToDoubleFunction<EpochMetrics> figure) {
    return run.epochs().stream().mapToDouble(figure).sum();
  }
}
