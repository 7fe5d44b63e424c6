package org.lockstep.examples.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The charts of one page and the page around them: one file that loads nothing else. Charts are
 * drawn by Chart.js, which is inlined with its licence notice.
 */
public final class ChartMarkup {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<Chart> charts = new ArrayList<>();

  /** Places for charts; those of a page are drawn in the order they were asked for. */
  String figures(List<Chart> shown) {
    return shown.stream().map(this::figure).collect(Collectors.joining("\n"));
  }

  private String figure(Chart chart) {
    charts.add(chart);
    return """
        <figure>
        <figcaption>%s</figcaption>
        <div class="plot"><canvas role="img" data-chart="%d" aria-label="%s"></canvas></div>
        </figure>"""
        .formatted(
            Template.escape(chart.title()),
            charts.size() - 1,
            Template.escape(chart.description()));
  }

  /** An entry of a legend. */
  static String key(String label, int style) {
    return "<li>" + LineKey.svg(style) + Template.escape(label) + "</li>";
  }

  /** Its words in elements of their own, so that none is broken at its hyphens. */
  public static String command(String command) {
    return Template.escape(command).replaceAll("\\S+", "<span>$0</span>");
  }

  /** The entries of a {@code dl}, in the map's order. */
  static String facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(
            fact ->
                "<div><dt>"
                    + Template.escape(fact.getKey())
                    + "</dt><dd>"
                    + Template.escape(fact.getValue())
                    + "</dd></div>")
        .collect(Collectors.joining("\n"));
  }

  /**
   * The whole page.
   *
   * @param main what stands in it, with the places of {@link #figures}
   */
  String page(String title, String subtitle, String main) {
    return Template.fill(
        Template.resource("page.html"),
        Map.of(
            "title", Template.escape(title),
            "subtitle", Template.escape(subtitle),
            "style", PageAssets.style(),
            "main", main,
            "data", data(),
            "chartJs", PageAssets.chartJs(),
            "script", PageAssets.charts() + Template.resource("report.js")));
  }

  /** The charts as JSON that cannot end the script element it stands in. */
  private String data() {
    try {
      return JSON.writeValueAsString(charts).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write the charts as JSON", e);
    }
  }
}
