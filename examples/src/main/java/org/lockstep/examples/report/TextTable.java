package org.lockstep.examples.report;

import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: columns as wide as needed, the first ones left, figures right. */
public final class TextTable {
  private final int leftColumns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param leftColumns how many columns hold words; the others hold figures
   */
  public TextTable(int leftColumns, String... header) {
    this.leftColumns = leftColumns;
    rows.add(List.of(header));
  }

  /** One row a run, as {@code compare} and {@code train} print them. */
  public static TextTable of(Report report) {
    TextTable table =
        new TextTable(
            2, "norm", "shards", "batch", "accuracy", "loss", "images/s", "waiting", "MB sent");
    report
        .results()
        .forEach(
            run -> {
              RunFigures figures = RunFigures.of(run);
              table.row(
                  run.config().norm(),
                  run.config().shards().toString(),
                  Integer.toString(run.config().batchPerWorker()),
                  Format.percent(figures.accuracy()),
                  Format.loss(figures.loss()),
                  Format.count(figures.imagesPerSecond()),
                  Format.percent(figures.waiting()),
                  Format.oneDecimal(figures.megabytesSent()));
            });
    return table;
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
