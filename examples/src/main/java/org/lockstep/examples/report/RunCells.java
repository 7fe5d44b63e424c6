package org.lockstep.examples.report;

import java.util.Locale;
import org.lockstep.train.RunResult;

/**
 * Cells of the tables in {@code report.html}.
 *
 * @param report decides the keys of the norms
 */
public record RunCells(Report report) {
  /** What a run is told by: norm, shards and batch. */
  String run(RunResult run) {
    String norm = run.config().norm();
    return "<th scope=\"row\">"
        + key(norm)
        + Template.escape(NormLabel.of(norm))
        + "</th><td>"
        + run.config().shards()
        + "</td>"
        + figure(Integer.toString(run.config().batchPerWorker()));
  }

  /** A piece of the norm's line in the charts. */
  String key(String norm) {
    return LineKey.svg(RunCharts.norms(report).indexOf(norm));
  }

  public static String figure(String text) {
    return "<td class=\"n\">" + text + "</td>";
  }

  /** A fraction in percent behind a bar of its length. */
  static String bar(double fraction) {
    return "<td class=\"n bar\" style=\"--share:"
        + String.format(Locale.ROOT, "%.3f", fraction)
        + "\">"
        + Format.percent(fraction)
        + "</td>";
  }

  public static String row(String... cells) {
    return "<tr>" + String.join("", cells) + "</tr>";
  }
}
