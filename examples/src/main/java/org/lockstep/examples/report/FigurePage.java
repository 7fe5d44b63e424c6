package org.lockstep.examples.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page that answers a question with charts, each with its numbers in a table.
 *
 * @param title the heading
 * @param subtitle what was measured on what
 * @param sections in order
 * @param command repeats it when typed in a shell
 * @param facts about the runs and the machine, by name, in order
 */
public record FigurePage(
    String title,
    String subtitle,
    List<Section> sections,
    String command,
    Map<String, String> facts) {
  public FigurePage {
    sections = List.copyOf(sections);
  }

  /**
   * A step of the answer.
   *
   * @param heading what it is about
   * @param text what its charts show, a sentence or two of plain text
   * @param charts whose lines of one style are of one thing
   */
  public record Section(String heading, String text, List<Chart> charts) {
    public Section {
      charts = List.copyOf(charts);
    }

    private Map<Integer, String> legend() {
      Map<Integer, String> labels = new LinkedHashMap<>();
      lines().forEach(line -> labels.putIfAbsent(line.style(), line.label()));
      return labels;
    }

    private Stream<Chart.Series> lines() {
      return charts.stream().flatMap(chart -> chart.series().stream());
    }
  }

  String render() {
    ChartMarkup charts = new ChartMarkup();
    String sections =
        this.sections.stream()
            .map(section -> render(section, charts))
            .collect(Collectors.joining("\n"));
    Map<String, String> values =
        Map.of(
            "sections", sections,
            "command", ChartMarkup.command(command),
            "facts", ChartMarkup.facts(facts));
    return charts.page(title, subtitle, Template.fill(Template.resource("figures.html"), values));
  }

  private static String render(Section section, ChartMarkup charts) {
    String legend =
        section.legend().entrySet().stream()
            .map(entry -> ChartMarkup.key(entry.getValue(), entry.getKey()))
            .collect(Collectors.joining("\n"));
    String tables =
        section.charts().stream().map(FigurePage::table).collect(Collectors.joining("\n"));
    return """
        <section>
        <h2>%s</h2>
        <p class="prose">%s</p>
        <ul class="legend">
        %s
        </ul>
        <div class="figures">
        %s
        </div>
        <details>
        <summary>The numbers</summary>
        %s
        </details>
        </section>"""
        .formatted(
            Template.escape(section.heading()),
            Template.escape(section.text()),
            legend,
            charts.figures(section.charts()),
            tables);
  }

  private static String table(Chart chart) {
    String head =
        chart.series().stream()
            .map(line -> "<th scope=\"col\" class=\"n\">" + Template.escape(line.label()) + "</th>")
            .collect(Collectors.joining());
    String rows =
        chart.places().stream().map(place -> row(chart, place)).collect(Collectors.joining("\n"));
    String title = Template.escape(chart.title());
    return """
        <div class="scroll" role="region" aria-label="%s" tabindex="0">
        <table>
        <caption>%s: %s</caption>
        <thead><tr><th scope="col">%s</th>%s</tr></thead>
        <tbody>
        %s
        </tbody>
        </table>
        </div>"""
        .formatted(
            title,
            title,
            Template.escape(chart.y().title()),
            Template.escape(chart.x().title()),
            head,
            rows);
  }

  private static String row(Chart chart, double place) {
    String values =
        chart.series().stream()
            .map(line -> RunCells.figure(chart.y().value(line.at(place))))
            .collect(Collectors.joining());
    return "<tr><th scope=\"row\">" + chart.x().value(place) + "</th>" + values + "</tr>";
  }
}
