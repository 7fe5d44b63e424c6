package org.lockstep.examples.report;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Stream;
import org.lockstep.data.Shards;
import org.lockstep.train.RunResult;

/** The charts of test accuracies that a report of runs has. */
final class RunCharts {
  private static final String UNIT = " %";

  private final Report report;
  private final Chart.Axis accuracy;

  private RunCharts(Report report) {
    this.report = report;
    accuracy = accuracyAxis(report);
  }

  /**
   * Accuracy after each epoch for each setting, then the error against the batch where several ran.
   */
  static List<Chart> of(Report report) {
    RunCharts charts = new RunCharts(report);
    Stream<Chart> curves = report.settings().stream().map(charts::perEpoch);
    Stream<Chart> batches =
        report.batches().count() < 2
            ? Stream.empty()
            : report.settings().stream().map(Setting::shards).distinct().map(charts::perBatch);
    return Stream.concat(batches, curves).toList();
  }

  /** The report's norms in the order they ran; a norm's position is its style. */
  static List<String> norms(Report report) {
    return report.results().stream().map(run -> run.config().norm()).distinct().toList();
  }

  /** One scale for all charts, so that they can be compared by eye. */
  private static Chart.Axis accuracyAxis(Report report) {
    DoubleSummaryStatistics percent =
        report.results().stream()
            .flatMap(run -> run.epochs().stream())
            .mapToDouble(epoch -> 100 * epoch.testAccuracy())
            .summaryStatistics();
    return Chart.Axis.linear("% of test images")
        .withUnit(UNIT)
        .between(
            Math.max(0, Math.floor((percent.getMin() - 2) / 10) * 10),
            Math.min(100, Math.ceil((percent.getMax() + 2) / 10) * 10));
  }

  private Chart perEpoch(Setting setting) {
    List<Chart.Series> series =
        report.runsOf(setting).stream()
            .map(
                run ->
                    series(
                        run.config().norm(),
                        run.epochs().stream()
                            .map(epoch -> percent(epoch.epoch(), epoch.testAccuracy()))))
            .toList();
    return new Chart(setting.toString(), Chart.Axis.positions("epoch"), accuracy, series);
  }

  /** As Group Normalization's figure has it (Wu and He 2018, figure 1). */
  private Chart perBatch(Shards shards) {
    List<Chart.Series> series =
        norms(report).stream()
            .map(
                norm ->
                    series(
                        norm,
                        report
                            .batches()
                            .map(
                                batch ->
                                    percent(
                                        batch, 1 - accuracy(norm, new Setting(shards, batch))))))
            .toList();
    return new Chart(
        "Error on " + shards + " shards after " + epochs(),
        Chart.Axis.positions("images per worker"),
        Chart.Axis.linear("% of test images wrong").withUnit(UNIT),
        series);
  }

  private String epochs() {
    int epochs = report.first().config().epochs();
    if (report.results().stream().anyMatch(run -> run.epochs().size() != epochs)) {
      return "the last epoch";
    }
    return epochs == 1 ? "1 epoch" : epochs + " epochs";
  }

  private double accuracy(String norm, Setting setting) {
    return report.runsOf(setting).stream()
        .filter(run -> run.config().norm().equals(norm))
        .mapToDouble(RunResult::finalTestAccuracy)
        .findFirst()
        .orElseThrow();
  }

  private static Chart.Point percent(int x, double fraction) {
    return new Chart.Point(x, 100 * fraction);
  }

  private Chart.Series series(String norm, Stream<Chart.Point> points) {
    return new Chart.Series(NormLabel.of(norm), norms(report).indexOf(norm), points.toList());
  }
}
