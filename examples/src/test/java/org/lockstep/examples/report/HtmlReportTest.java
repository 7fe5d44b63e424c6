package org.lockstep.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lockstep.data.Shards;
import org.lockstep.nn.norm.StatisticsDrift;
import org.lockstep.train.RunResult;

class HtmlReportTest {
  private final String html =
      new HtmlReport(Samples.report(Samples.comparison("small", 2))).render();

  @Test
  void render_comparison_hasARowForEveryRun() {
    for (RunResult run : Samples.comparison("small", 2)) {
      assertThat(html)
          .containsPattern(
              Pattern.quote(NormLabel.of(run.config().norm()))
                  + "</th><td>"
                  + run.config().shards()
                  + "</td><td class=\"n\">2</td><td[^>]*>"
                  + Pattern.quote(Format.percent(run.finalTestAccuracy())));
    }
  }

  @Test
  void render_always_loadsNothing() {
    assertThat(html)
        .doesNotContainPattern("(?i)(src|href|url|import)\\s*[=(]\\s*[\"']?\\s*(https?:)?//");
    assertThat(html).doesNotContain("<link", "<img", "<iframe", "sourceMappingURL");
  }

  @Test
  void render_always_letsKeyboardsSkipTheHeadAndNamesEveryRegionOnce() {
    assertThat(html)
        .containsPattern("<body>\\s*<a class=\"skip\" href=\"#main\">")
        .contains("id=\"main\"");
    List<String> names =
        Pattern.compile("<(?:section|div|pre)[^>]* (aria-label(?:ledby)?=\"[^\"]+\")")
            .matcher(html)
            .results()
            .map(name -> name.group(1))
            .toList();
    assertThat(names).hasSizeGreaterThan(3).doesNotHaveDuplicates();
  }

  @Test
  void render_always_keepsTheScriptsLicenceNotice() {
    assertThat(html).contains("Released under the MIT License");
  }

  @Test
  void render_textWithMarkup_isEscaped() {
    assertThat(html).contains("an &lt;os&gt;").doesNotContain("an <os>");
  }

  @Test
  void render_modelNamedLikeAnEndTag_cannotEndTheScript() {
    String evil = "</script><b>";
    RunResult run = Samples.run("sync", evil, Shards.SHUFFLED, 2, 0.8);

    String page = new HtmlReport(Samples.report(List.of(run))).render();

    assertThat(page).doesNotContain(evil);
  }

  @Test
  void render_twoBatches_drawsErrorAgainstBatchFirst() throws Exception {
    JsonNode charts = charts(new HtmlReport(Samples.report(Samples.comparison("small", 1, 4))));

    assertThat(charts).hasSize(2 + 4);
    assertThat(charts.get(0).at("/x/title").asText()).isEqualTo("images per worker");
    assertThat(charts.get(0).at("/series/0/points/0/x").asInt()).isEqualTo(1);
    assertThat(charts.get(0).at("/series/0/points/1/x").asInt()).isEqualTo(4);
    assertThat(charts.get(0).at("/series/0/points/1/y").asDouble()).isCloseTo(19, within(1e-9));
  }

  @Test
  void render_oneBatch_drawsACurvePerNorm() throws Exception {
    JsonNode charts = charts(new HtmlReport(Samples.report(Samples.comparison("small", 2))));

    assertThat(charts).hasSize(2);
    assertThat(charts.get(1).get("series")).hasSize(3);
    assertThat(charts.get(1).at("/series/0/points")).hasSize(3);
  }

  @Test
  void render_oneStatisticAskedFor_hasNoSectionForTwo() {
    assertThat(html).doesNotContain("population statistics");
  }

  @Test
  void render_bothStatistics_setsAccuraciesAndWorstLayersBesideEachOther() {
    List<StatisticsDrift> drift =
        List.of(new StatisticsDrift("norm1", 0.5, 0.25), new StatisticsDrift("norm2", 0.125, 1));
    RunResult local = Samples.both("local", 0.49, 0.61, drift);
    RunResult group = Samples.both("group:8", 0.8, 0.8, List.of());

    String page = new HtmlReport(Samples.report(List.of(local, group))).render();

    assertThat(page)
        .contains(
            figures("49.0 %", "61.0 %", "+12.0", "0.500 σ in norm1", "×2.000 in norm2"),
            figures("80.0 %", "80.0 %", "±0.0", "–", "–"),
            "<td>norm1</td>" + figures("0.500 σ", "×1.189"));
  }

  private static String figures(String... figures) {
    return Stream.of(figures).map(RunCells::figure).collect(Collectors.joining());
  }

  private static JsonNode charts(HtmlReport report) throws Exception {
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"charts\">(.*?)</script>")
            .matcher(report.render());
    assertThat(data.find()).isTrue();
    return new JsonMapper().readTree(data.group(1));
  }
}
