package org.lockstep.examples.report;

import static org.lockstep.examples.report.RunCells.figure;
import static org.lockstep.examples.report.RunCells.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;

/**
 * {@code report.html}: one file that loads nothing else. Charts are drawn by Chart.js, which is
 * inlined with its licence notice; all figures stand in tables too, for readers without script.
 */
final class HtmlReport {
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm z", Locale.ENGLISH);

  private final Report report;
  private final RunCells cells;
  private final List<Chart> charts;

  HtmlReport(Report report) {
    this.report = report;
    cells = new RunCells(report);
    charts = Chart.of(report);
  }

  String render() {
    TrainConfig config = report.first().config();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("title", Template.escape(report.title()));
    values.put("subtitle", Template.escape(subtitle(config)));
    values.put("style", Template.resource("report.css"));
    values.put("reading", reading());
    values.put("legend", legend());
    values.put("figures", figures());
    values.put("runs", runRows());
    values.put("epochs", epochRows());
    values.put("statistics", new StatisticsSection(report, cells).render());
    values.put("command", command());
    values.put("facts", facts(config));
    values.put("data", data());
    values.put("chartJs", Template.resource(CHART_JS).replaceAll("//# sourceMappingURL=.*", ""));
    values.put("script", Template.resource("report.js"));
    return Template.fill(Template.resource("report.html"), values);
  }

  private String subtitle(TrainConfig config) {
    int workers = report.first().workers();
    return String.join(
        " · ",
        config.model() + " on " + config.data(),
        workers + (workers == 1 ? " worker" : " workers"),
        config.epochs() + (config.epochs() == 1 ? " epoch" : " epochs"),
        "seed " + config.seed());
  }

  /** Its words in elements of their own, so that none is broken at its hyphens. */
  private String command() {
    return Template.escape(report.command()).replaceAll("\\S+", "<span>$0</span>");
  }

  private String reading() {
    return new Reading(report)
        .findings().stream()
            .map(
                finding ->
                    "<li><strong>%s.</strong> %s</li>"
                        .formatted(
                            Template.escape(finding.topic()), Template.escape(finding.text())))
            .collect(Collectors.joining("\n"));
  }

  private String legend() {
    return Chart.norms(report).stream()
        .map(norm -> "<li>" + cells.key(norm) + Template.escape(NormLabel.of(norm)) + "</li>")
        .collect(Collectors.joining("\n"));
  }

  private String figures() {
    return IntStream.range(0, charts.size())
        .mapToObj(
            i ->
                """
                <figure>
                <figcaption>%s</figcaption>
                <div class="plot"><canvas role="img" data-chart="%d" aria-label="%s"></canvas></div>
                </figure>"""
                    .formatted(
                        Template.escape(charts.get(i).title()),
                        i,
                        Template.escape(charts.get(i).description())))
        .collect(Collectors.joining("\n"));
  }

  private String runRows() {
    return report.results().stream().map(this::runRow).collect(Collectors.joining("\n"));
  }

  private String runRow(RunResult run) {
    RunFigures figures = RunFigures.of(run);
    return row(
        cells.run(run),
        RunCells.bar(figures.accuracy()),
        figure(Format.loss(figures.loss())),
        figure(Format.count(figures.imagesPerSecond())),
        figure(Format.percent(figures.waiting())),
        figure(Format.oneDecimal(figures.megabytesSent())));
  }

  private String epochRows() {
    return report.results().stream()
        .flatMap(run -> run.epochs().stream().map(epoch -> epochRow(run, epoch)))
        .collect(Collectors.joining("\n"));
  }

  private String epochRow(RunResult run, EpochMetrics epoch) {
    return row(
        cells.run(run),
        figure(Integer.toString(epoch.epoch())),
        figure(Format.loss(epoch.trainLoss())),
        figure(Format.loss(epoch.testLoss())),
        figure(Format.percent(epoch.testAccuracy())),
        figure(Format.oneDecimal(epoch.seconds())));
  }

  private String facts(TrainConfig config) {
    Machine machine = report.machine();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Model", config.model());
    facts.put(
        "Data",
        "%s, %s training and %s test images"
            .formatted(
                config.data(),
                Format.count(report.trainImages()),
                Format.count(report.testImages())));
    facts.put("Workers", report.workers());
    facts.put("Precision", config.precision().toString());
    facts.put("Optimizer", optimizer(config));
    facts.put("Evaluation", evaluation(config.statistics()));
    facts.put("Seed", Long.toString(config.seed()));
    facts.put("Processor", machine.processor() + ", " + machine.cores() + " cores");
    facts.put("System", machine.system());
    facts.put("JVM", machine.jvm());
    facts.put("Finished", DATE.format(report.finished()));
    return facts.entrySet().stream()
        .map(
            fact ->
                "<div><dt>"
                    + fact.getKey()
                    + "</dt><dd>"
                    + Template.escape(fact.getValue())
                    + "</dd></div>")
        .collect(Collectors.joining("\n"));
  }

  private static String evaluation(Statistics statistics) {
    return switch (statistics) {
      case EMA -> "with running statistics";
      case PRECISE -> "with population statistics";
      case BOTH -> "with running statistics, and again with population statistics";
    };
  }

  private static String optimizer(TrainConfig config) {
    String decay = config.weightDecay() == 0 ? "" : ", weight decay " + config.weightDecay();
    return "SGD, learning rate %s (%s), %smomentum %s%s"
        .formatted(
            config.learningRate(),
            config.schedule(),
            config.nesterov() ? "Nesterov " : "",
            config.momentum(),
            decay);
  }

  /** The charts as JSON that cannot end the script element it stands in. */
  private String data() {
    try {
      return JsonMapper.builder().build().writeValueAsString(charts).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write the charts as JSON", e);
    }
  }
}
