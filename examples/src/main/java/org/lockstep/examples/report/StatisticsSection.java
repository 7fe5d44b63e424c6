package org.lockstep.examples.report;

import static org.lockstep.examples.report.RunCells.figure;
import static org.lockstep.examples.report.RunCells.row;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.lockstep.nn.norm.StatisticsDrift;
import org.lockstep.train.RunResult;

/**
 * The section of {@code report.html} that sets running and population statistics against each
 * other: the accuracies with either, and how far they are apart.
 */
final class StatisticsSection {
  private static final String NONE = figure("–");

  private final Report report;
  private final RunCells cells;

  StatisticsSection(Report report, RunCells cells) {
    this.report = report;
    this.cells = cells;
  }

  /** The section; empty where not both statistics were asked for or there is no batch norm. */
  String render() {
    boolean measured =
        report.results().stream().anyMatch(run -> !run.lastEpoch().drift().isEmpty());
    if (!report.comparesStatistics() || !measured) {
      return "";
    }
    Map<String, String> values =
        Map.of(
            "trainImages", Format.count(report.trainImages()), "runs", runs(), "layers", layers());
    return Template.fill(Template.resource("statistics.html"), values);
  }

  private String runs() {
    return report.results().stream().map(this::run).collect(Collectors.joining("\n"));
  }

  private String run(RunResult run) {
    RunFigures figures = RunFigures.of(run);
    List<StatisticsDrift> drift = run.lastEpoch().drift();
    return row(
        cells.run(run),
        figure(Format.percent(figures.accuracy())),
        figure(Format.percent(figures.accuracyPrecise())),
        figure(Format.signedPoints(figures.accuracyPrecise() - figures.accuracy())),
        largest(drift, StatisticsDrift::meanShift, Format::deviations),
        largest(drift, StatisticsDrift::scaleShift, Format::factor));
  }

  /** The largest shift and the layer it is in. */
  private static String largest(
      List<StatisticsDrift> drift,
      ToDoubleFunction<StatisticsDrift> shift,
      DoubleFunction<String> format) {
    return drift.stream()
        .max(Comparator.comparingDouble(shift))
        .map(layer -> format.apply(shift.applyAsDouble(layer)) + " in " + layer.layer())
        .map(Template::escape)
        .map(RunCells::figure)
        .orElse(NONE);
  }

  private String layers() {
    return report.results().stream()
        .flatMap(run -> run.lastEpoch().drift().stream().map(drift -> layer(run, drift)))
        .collect(Collectors.joining("\n"));
  }

  private String layer(RunResult run, StatisticsDrift drift) {
    return row(
        cells.run(run),
        "<td>" + Template.escape(drift.layer()) + "</td>",
        figure(Format.deviations(drift.meanShift())),
        figure(Format.factor(drift.scaleShift())));
  }
}
