package org.lockstep.examples.tutorial;

import java.util.List;
import java.util.function.Consumer;
import org.lockstep.data.Datasets;
import org.lockstep.examples.report.Chart;
import org.lockstep.examples.report.FigurePage;

/** Examples small enough for a test, and how to find their lines. */
final class Studies {
  private Studies() {}

  static Study small(Consumer<String> progress) {
    return new Study(Datasets.load("fashion-mini", null, 240), 2, 40, 1, "command", progress);
  }

  static Chart.Series line(FigurePage page, String chart, String label) {
    return page.sections().stream()
        .flatMap(section -> section.charts().stream())
        .filter(found -> found.title().equals(chart))
        .flatMap(found -> found.series().stream())
        .filter(found -> found.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  static List<Double> values(FigurePage page, String chart, String label) {
    return line(page, chart, label).points().stream().map(Chart.Point::y).toList();
  }
}
