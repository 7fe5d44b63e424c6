package org.lockstep.examples.dashboard;

import static org.lockstep.examples.report.RunCells.figure;
import static org.lockstep.examples.report.RunCells.row;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.report.ChartMarkup;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.LineKey;
import org.lockstep.examples.report.Template;
import org.lockstep.examples.watch.EpochFigures;
import org.lockstep.train.Statistics;

/**
 * The tables: all runs of the command, and all figures of one setting's runs.
 *
 * @param shown the runs of the setting
 */
record LiveTables(CommandProgress command, List<RunProgress> shown) {
  private static final String NONE = "–";
  private static final String NOT_MEASURED = Statistics.EMA.toString();

  /** Rows by the table's body, the legend, and the command that repeats all runs. */
  Map<String, String> parts() {
    String repeat = command.session() == null ? "" : command.session().command();
    return Map.of(
        "command", ChartMarkup.command(repeat),
        "legend", join(shown.stream().map(run -> "<li>" + key(run) + "</li>")),
        "runs", join(command.runs().stream().map(this::run)),
        "epochs", rows(run -> run.epochs().stream().map(figures -> epoch(run, figures))),
        "ranks", rows(this::ranks),
        "layers", rows(this::layers),
        "no-layers", whyNoLayers());
  }

  private String whyNoLayers() {
    boolean toCome =
        shown.stream()
            .anyMatch(
                run -> run.lastEpoch() == null && !run.start().statistics().equals(NOT_MEASURED));
    return toCome
        ? "Measured after each epoch; none is done yet."
        : "Not measured in these runs: it takes a batch norm and <code>--statistics precise</code>"
            + " or <code>both</code>.";
  }

  private String rows(Function<RunProgress, Stream<String>> rows) {
    return join(shown.stream().flatMap(rows));
  }

  private static String join(Stream<String> pieces) {
    return pieces.collect(Collectors.joining("\n"));
  }

  private String key(RunProgress run) {
    return LineKey.svg(command.norms().indexOf(run.norm())) + Template.escape(run.norm());
  }

  private String head(RunProgress run) {
    return "<th scope=\"row\">" + key(run) + "</th>";
  }

  private String run(RunProgress run) {
    EpochFigures last = run.lastEpoch();
    return row(
        head(run),
        "<td>" + Template.escape(run.start().shards()) + "</td>",
        figure(Integer.toString(run.start().batchPerWorker())),
        "<td>"
            + bar(run.fractionDone(), "steps done")
            + "%d of %d, %s".formatted(run.epochs().size(), run.start().epochs(), run.state())
            + "</td>",
        figure(last == null ? NONE : percent(last.testAccuracy())),
        figure(last == null ? NONE : loss(last.testLoss())),
        figure(last == null ? NONE : Format.count(last.imagesPerSecond())),
        figure(last == null ? NONE : waiting(last)));
  }

  private String epoch(RunProgress run, EpochFigures figures) {
    return row(
        head(run),
        figure(Integer.toString(figures.epoch())),
        figure(loss(figures.trainLoss())),
        figure(loss(figures.testLoss())),
        figure(percent(figures.testAccuracy())),
        figure(
            figures.testAccuracyPrecise() == null ? NONE : percent(figures.testAccuracyPrecise())),
        figure(Format.count(figures.imagesPerSecond())),
        figure(String.format(Locale.ROOT, "%.4g", figures.learningRate())));
  }

  private Stream<String> ranks(RunProgress run) {
    EpochFigures last = run.lastEpoch();
    if (last == null) {
      return Stream.of();
    }
    List<Double> waited = last.waitedSeconds();
    return IntStream.range(0, waited.size())
        .mapToObj(
            rank ->
                row(
                    head(run),
                    figure(Integer.toString(rank)),
                    "<td class=\"n\">" + share(waited.get(rank) / last.seconds()) + "</td>",
                    figure(seconds(waited.get(rank))),
                    figure(seconds(wholeRun(run, rank)))));
  }

  private static double wholeRun(RunProgress run, int rank) {
    return run.epochs().stream()
        .map(EpochFigures::waitedSeconds)
        .filter(waited -> rank < waited.size())
        .mapToDouble(waited -> waited.get(rank))
        .sum();
  }

  private Stream<String> layers(RunProgress run) {
    EpochFigures last = run.lastEpoch();
    return last == null
        ? Stream.of()
        : last.drift().stream()
            .map(
                drift ->
                    row(
                        head(run),
                        "<td>" + Template.escape(drift.layer()) + "</td>",
                        figure(Format.deviations(EpochFigures.number(drift.meanShift()))),
                        figure(Format.factor(EpochFigures.number(drift.scaleShift())))));
  }

  private static String waiting(EpochFigures figures) {
    return figures.waitedSeconds().stream()
        .mapToDouble(seconds -> seconds / figures.seconds())
        .average()
        .stream()
        .mapToObj(Format::percent)
        .findFirst()
        .orElse(NONE);
  }

  private static String share(double fraction) {
    return bar(fraction, "of the epoch waited") + Format.percent(fraction);
  }

  /** No style attribute: the page's policy allows none. */
  private static String bar(double fraction, String of) {
    return String.format(
        Locale.ROOT, "<progress value=\"%.3f\" aria-label=\"%s\"></progress>", fraction, of);
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds);
  }

  private static String loss(@Nullable Double loss) {
    return Format.loss(EpochFigures.number(loss));
  }

  private static String percent(@Nullable Double fraction) {
    return Format.percent(EpochFigures.number(fraction));
  }
}
