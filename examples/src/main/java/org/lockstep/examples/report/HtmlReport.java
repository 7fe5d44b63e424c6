package org.lockstep.examples.report;

import static org.lockstep.examples.report.RunCells.figure;
import static org.lockstep.examples.report.RunCells.row;

import java.time.format.DateTimeFormatter;
import java.util.DoubleSummaryStatistics;
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

/** {@code report.html}; all figures stand in tables too, for readers without script. */
final class HtmlReport {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm z", Locale.ENGLISH);

  private final Report report;
  private final RunCells cells;
  private final ChartMarkup charts = new ChartMarkup();

  HtmlReport(Report report) {
    this.report = report;
    cells = new RunCells(report);
  }

  String render() {
    TrainConfig config = report.first().config();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("reading", reading());
    values.put("legend", legend());
    values.put("figures", charts.figures(RunCharts.of(report)));
    values.put("runs", runRows());
    values.put("epochs", epochRows());
    values.put("statistics", new StatisticsSection(report, cells).render());
    values.put("command", ChartMarkup.command(report.command()));
    values.put("facts", facts(config));
    String main = Template.fill(Template.resource("report.html"), values);
    return charts.page(report.title(), subtitle(config), main);
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
    List<String> norms = RunCharts.norms(report);
    return IntStream.range(0, norms.size())
        .mapToObj(i -> ChartMarkup.key(NormLabel.of(norms.get(i)), i))
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
    facts.put("Augmentation", config.augment());
    facts.put("Optimizer", optimizer(config));
    facts.put("Evaluation", evaluation(config.statistics()));
    facts.put("Seed", Long.toString(config.seed()));
    facts.put("Processor", machine.processor() + ", " + machine.cores() + " cores");
    facts.put("System", machine.system());
    facts.put("JVM", machine.jvm());
    facts.put("Finished", DATE.format(report.finished()));
    return ChartMarkup.facts(facts);
  }

  private static String evaluation(Statistics statistics) {
    return switch (statistics) {
      case EMA -> "with running statistics";
      case PRECISE -> "with population statistics";
      case BOTH -> "with running statistics, and again with population statistics";
    };
  }

  private String learningRates() {
    DoubleSummaryStatistics rates =
        report.results().stream()
            .mapToDouble(run -> run.config().learningRate())
            .summaryStatistics();
    return rates.getMin() == rates.getMax()
        ? Double.toString(rates.getMin())
        : rates.getMin() + " to " + rates.getMax() + " with the batch";
  }

  private String optimizer(TrainConfig config) {
    String decay = config.weightDecay() == 0 ? "" : ", weight decay " + config.weightDecay();
    return "SGD, learning rate %s (%s), %smomentum %s%s"
        .formatted(
            learningRates(),
            config.schedule(),
            config.nesterov() ? "Nesterov " : "",
            config.momentum(),
            decay);
  }
}
