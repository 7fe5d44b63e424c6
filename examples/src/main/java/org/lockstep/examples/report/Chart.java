package org.lockstep.examples.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lockstep.data.Shards;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;

/**
 * One line chart of test accuracies, as the report's script reads it.
 *
 * @param title above the chart
 * @param xTitle what runs along the horizontal axis
 * @param labels its positions
 * @param series one line a norm, each with a value per label
 */
record Chart(String title, String xTitle, List<Integer> labels, List<Series> series) {
  /**
   * A line.
   *
   * @param label the norm
   * @param style the norm's number in the report; decides colour, dash and mark
   * @param percent accuracies in percent; null where there was no such run
   */
  record Series(String label, int style, List<Double> percent) {}

  /** Accuracy after each epoch for each setting, then accuracy against batch where several ran. */
  static List<Chart> of(Report report) {
    Stream<Chart> curves = report.settings().stream().map(setting -> perEpoch(report, setting));
    Stream<Chart> batches =
        report.batches().count() < 2
            ? Stream.empty()
            : report.settings().stream()
                .map(Setting::shards)
                .distinct()
                .map(shards -> perBatch(report, shards));
    return Stream.concat(batches, curves).toList();
  }

  private static Chart perEpoch(Report report, Setting setting) {
    List<RunResult> runs = report.runsOf(setting);
    List<Integer> epochs =
        IntStream.rangeClosed(1, report.first().config().epochs()).boxed().toList();
    List<Series> series =
        runs.stream()
            .map(
                run ->
                    series(
                        report,
                        run.config().norm(),
                        run.epochs().stream().map(EpochMetrics::testAccuracy)))
            .toList();
    String title = setting.toString();
    return new Chart(title, "epoch", epochs, series);
  }

  private static Chart perBatch(Report report, Shards shards) {
    List<Integer> batches = report.batches().toList();
    List<Series> series =
        norms(report).stream()
            .map(
                norm ->
                    series(
                        report,
                        norm,
                        batches.stream()
                            .map(batch -> accuracy(report, norm, new Setting(shards, batch)))))
            .toList();
    String title = shards + " shards, after " + epochs(report);
    return new Chart(title, "images per worker", batches, series);
  }

  private static String epochs(Report report) {
    int epochs = report.first().config().epochs();
    return epochs == 1 ? "1 epoch" : epochs + " epochs";
  }

  private static double accuracy(Report report, String norm, Setting setting) {
    return report.runsOf(setting).stream()
        .filter(run -> run.config().norm().equals(norm))
        .mapToDouble(RunResult::finalTestAccuracy)
        .findFirst()
        .orElseThrow();
  }

  private static Series series(Report report, String norm, Stream<Double> fractions) {
    return new Series(
        NormLabel.of(norm), norms(report).indexOf(norm), fractions.map(f -> 100 * f).toList());
  }

  /** The report's norms in the order they ran; a norm's position is its style. */
  static List<String> norms(Report report) {
    return report.results().stream().map(run -> run.config().norm()).distinct().toList();
  }

  /** What a screen reader says in place of the picture. */
  String description() {
    String lines =
        series.stream()
            .map(
                line ->
                    line.label()
                        + " "
                        + line.percent().stream()
                            .map(percent -> Format.percent(percent / 100))
                            .collect(Collectors.joining(", ")))
            .collect(Collectors.joining("; "));
    String positions = labels.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "Test accuracy, " + title + ", by " + xTitle + " " + positions + ": " + lines;
  }
}
