package org.lockstep.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lockstep.examples.report.Chart.Axis;
import org.lockstep.examples.report.Chart.Point;
import org.lockstep.examples.report.Chart.Series;

class FigurePageTest {
  private static final Chart CHART =
      new Chart(
          "loss <of> a step",
          Axis.logarithmic("rate"),
          Axis.linear("loss").withUnit(" nats"),
          List.of(
              new Series("with", 0, List.of(new Point(0.1, 2.5), new Point(1, 2.0))),
              new Series("without", 1, List.of(new Point(0.1, Double.NaN)))));

  private final String html =
      new FigurePage(
              "A <title>",
              "of what",
              List.of(new FigurePage.Section("First & last", "What it shows.", List.of(CHART))),
              "bin/lockstep example",
              Map.of("Seed", "1"))
          .render();

  @Test
  void render_always_hasEveryNumberInATable() {
    assertThat(html)
        .contains("<tr><th scope=\"row\">0.1</th>" + figures("2.5 nats", "–") + "</tr>")
        .contains("<tr><th scope=\"row\">1</th>" + figures("2 nats", "–") + "</tr>");
  }

  @Test
  void render_valueThatIsNoNumber_isAGapInTheLine() {
    assertThat(html).contains("{\"x\":0.1,\"y\":null}");
  }

  @Test
  void render_textWithMarkup_isEscaped() {
    assertThat(html).contains("A &lt;title&gt;", "First &amp; last").doesNotContain("<of>");
  }

  @Test
  void render_always_saysTheChartInWords() {
    assertThat(html)
        .contains(
            "aria-label=\"loss &lt;of&gt; a step, loss by rate 0.1, 1: with 2.5 nats, 2 nats;"
                + " without –, –\"");
  }

  private static String figures(String first, String second) {
    return RunCells.figure(first) + RunCells.figure(second);
  }
}
