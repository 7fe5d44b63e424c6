package org.lockstep.examples.report;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.train.RunResult;

/** A table for a terminal: columns as wide as needed, the first ones left, figures right. */
public final class TextTable {
  /** The column of a run's accuracy. */
  private static final int ACCURACY = 3;

  private final int leftColumns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param leftColumns how many columns hold words; the others hold figures
   */
  public TextTable(int leftColumns, String... header) {
    this.leftColumns = leftColumns;
    rows.add(List.of(header));
  }

  /**
   * One row a run, as {@code compare} and {@code train} print them; the accuracy with population
   * statistics stands beside the other where both were asked for.
   */
  public static TextTable of(Report report) {
    List<String> header =
        List.of("norm", "shards", "batch", "accuracy", "loss", "images/s", "waiting", "MB sent");
    boolean both = report.comparesStatistics();
    TextTable table = new TextTable(2, both ? inserted(header, "precise") : cells(header));
    for (RunResult run : report.results()) {
      RunFigures figures = RunFigures.of(run);
      List<String> row = row(run, figures);
      table.row(both ? inserted(row, Format.percent(figures.accuracyPrecise())) : cells(row));
    }
    return table;
  }

  private static List<String> row(RunResult run, RunFigures figures) {
    return List.of(
        run.config().norm(),
        run.config().shards().toString(),
        Integer.toString(run.config().batchPerWorker()),
        Format.percent(figures.accuracy()),
        Format.loss(figures.loss()),
        Format.count(figures.imagesPerSecond()),
        Format.percent(figures.waiting()),
        Format.oneDecimal(figures.megabytesSent()));
  }

  private static String[] inserted(List<String> row, String cell) {
    List<String> cells = new ArrayList<>(row);
    cells.add(ACCURACY + 1, cell);
    return cells(cells);
  }

  private static String[] cells(List<String> row) {
    return row.toArray(String[]::new);
  }

  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** The lines, each ended by a line feed. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(column == 0 ? "" : "  ").append(padded(row.get(column), column));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private String padded(String cell, int column) {
    int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    String blanks = " ".repeat(width - cell.length());
    return column < leftColumns ? cell + blanks : blanks + cell;
  }
}
