package org.lockstep.examples.dashboard;

import java.util.List;
import java.util.Map;
import org.lockstep.examples.report.Chart;

/**
 * What the page's script shows, as JSON.
 *
 * @param directories that hold runs, the one written to last first
 * @param directory the one shown; empty where there is none
 * @param settings of its runs
 * @param setting the one whose charts are shown
 * @param title the heading
 * @param status how far the command is; of the moment
 * @param news what happened last that is worth being read out
 * @param report where the finished report is; empty while there is none
 * @param parts HTML by the element that it goes into
 * @param charts by their places
 */
record LiveView(
    List<String> directories,
    String directory,
    List<String> settings,
    String setting,
    String title,
    String status,
    String news,
    String report,
    Map<String, String> parts,
    Map<String, Picture> charts) {
  /**
   * A chart.
   *
   * @param description what a screen reader says in place of it
   */
  record Picture(Chart chart, String description) {
    static Picture of(Chart chart) {
      return new Picture(chart, chart.description());
    }
  }

  /** Where there is nothing to show. */
  static LiveView without(List<String> directories, String directory, String status) {
    return new LiveView(
        directories,
        directory,
        List.of(),
        "",
        "Lockstep dashboard",
        status,
        "",
        "",
        Map.of(),
        Map.of());
  }
}
