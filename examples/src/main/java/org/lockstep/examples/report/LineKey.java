package org.lockstep.examples.report;

import java.util.List;

/** The sample of a line that stands in legend and tables; the script draws the charts likewise. */
public final class LineKey {
  private static final List<String> DASHES = List.of("", "7 4", "2 3", "10 3 2 3", "4 4", "1 5");
  private static final List<String> MARKS =
      List.of(
          "<circle cx=\"18\" cy=\"7\" r=\"4.5\"/>",
          "<path d=\"M14 3h8v8h-8z\"/>",
          "<path d=\"M18 2l5 9h-10z\"/>",
          "<path d=\"M18 1l6 6l-6 6l-6-6z\"/>",
          "<path d=\"M18 1v12M12 7h12M14 3l8 8M22 3l-8 8\"/>",
          "<path d=\"M14 3l8 8M22 3l-8 8\"/>");

  private LineKey() {}

  /**
   * Draws the key.
   *
   * @param style see {@link Chart.Series#style}; past the last the styles come again
   */
  public static String svg(int style) {
    int number = style % DASHES.size();
    return """
        <svg class="key s%d" width="36" height="14" aria-hidden="true"><path d="M0 7h36" \
        stroke-dasharray="%s"/><g>%s</g></svg>"""
        .formatted(number, DASHES.get(number), MARKS.get(number));
  }
}
