package org.lockstep.examples.probe;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lockstep.examples.report.Chart;
import org.lockstep.examples.report.Chart.Axis;
import org.lockstep.examples.report.Chart.Point;
import org.lockstep.examples.report.Chart.Series;
import org.lockstep.examples.report.FigurePage;
import org.lockstep.examples.report.FigurePage.Section;
import org.lockstep.examples.report.TextTable;

/**
 * What {@link LandscapeProbe} saw, as text and as a page.
 *
 * @param seen by subject, at least one step each
 */
public record LandscapeReport(Map<Subject, List<Landscape>> seen) {
  /** Medians over all steps that were looked at, a line a subject. */
  public TextTable table() {
    TextTable table =
        new TextTable(
            1, "network", "last loss", "range of the loss", "change of the gradient", "smoothness");
    seen.forEach(
        (subject, steps) ->
            table.row(
                subject.label(),
                Median.digits(steps.get(steps.size() - 1).loss()),
                Median.of(steps, Landscape::range).toString(),
                Median.of(steps, Landscape::greatestChange).toString(),
                Median.of(steps, Landscape::smoothness).toString()));
    return table;
  }

  /**
   * The page.
   *
   * @param command repeats it
   * @param facts about setup and machine
   */
  public FigurePage page(String subtitle, String command, Map<String, String> facts) {
    return new FigurePage(
        "The loss along its gradient",
        subtitle,
        List.of(training(), losses(), gradients(), widths()),
        command,
        facts);
  }

  private Section training() {
    return new Section(
        "Training",
        "The loss of each batch that was looked at, before its step. Median over the last half of"
            + " them: "
            + each(steps -> Median.of(lastHalf(steps), Landscape::loss))
            + " nats.",
        List.of(bySubject("Loss of the batch", "loss, nats", Landscape::loss)));
  }

  private Section losses() {
    return new Section(
        "The loss along the gradient",
        "From each point steps of 0.5 to 4 learning rates are tried along the gradient of its"
            + " batch: the highest and the lowest loss they lead to. Median of the difference: "
            + each(steps -> Median.of(steps, Landscape::range))
            + " nats.",
        bands(
            "loss, nats",
            List.of("highest loss", "lowest loss"),
            List.of(Landscape::highestLoss, Landscape::lowestLoss)));
  }

  private Section gradients() {
    return new Section(
        "The gradient along the gradient",
        "The distance (l2) of the gradients in those points from the one at the start, the"
            + " greatest and the least. Median of the greatest by the gradient's own length: "
            + each(steps -> Median.of(steps, step -> step.greatestChange() / step.gradientNorm()))
            + ".",
        bands(
            "distance",
            List.of("greatest change", "least change"),
            List.of(Landscape::greatestChange, Landscape::leastChange)));
  }

  private Section widths() {
    return new Section(
        "Side by side",
        "How far the losses of those points lie apart, how far the gradient changes at most, and"
            + " the effective smoothness: its greatest change by the distance moved. Median"
            + " smoothness: "
            + each(steps -> Median.of(steps, Landscape::smoothness))
            + "; less is smoother.",
        List.of(
            bySubject("Range of the loss", "highest − lowest, nats", Landscape::range),
            bySubject("Change of the gradient", "greatest distance", Landscape::greatestChange),
            bySubject("Effective smoothness", "β", Landscape::smoothness)));
  }

  private String each(Function<List<Landscape>, Median> figure) {
    return seen.entrySet().stream()
        .map(entry -> entry.getKey().label() + " " + figure.apply(entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static List<Landscape> lastHalf(List<Landscape> steps) {
    return steps.subList(steps.size() / 2, steps.size());
  }

  private Chart bySubject(String title, String unit, ToDoubleFunction<Landscape> figure) {
    List<Series> lines =
        seen.entrySet().stream()
            .map(
                entry ->
                    line(
                        entry.getKey().label(), entry.getKey().ordinal(), entry.getValue(), figure))
            .toList();
    return new Chart(title, Axis.linear("step"), Axis.logarithmic(unit), lines);
  }

  /** A chart a subject, all of one scale. */
  private List<Chart> bands(
      String unit, List<String> labels, List<ToDoubleFunction<Landscape>> figures) {
    Axis axis = common(unit, figures);
    return seen.entrySet().stream()
        .map(
            entry ->
                new Chart(
                    entry.getKey().label(),
                    Axis.linear("step"),
                    axis,
                    List.of(
                        line(labels.get(0), 0, entry.getValue(), figures.get(0)),
                        line(labels.get(1), 1, entry.getValue(), figures.get(1)))))
        .toList();
  }

  private Axis common(String unit, List<ToDoubleFunction<Landscape>> figures) {
    return Span.of(
        unit,
        seen.values().stream()
            .flatMap(List::stream)
            .flatMapToDouble(step -> figures.stream().mapToDouble(f -> f.applyAsDouble(step))));
  }

  private static Series line(
      String label, int style, List<Landscape> steps, ToDoubleFunction<Landscape> figure) {
    Stream<Point> points =
        steps.stream().map(step -> new Point(step.step(), figure.applyAsDouble(step)));
    return new Series(label, style, points.toList());
  }
}
