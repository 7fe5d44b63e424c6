package org.lockstep.examples.probe;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lockstep.examples.report.Chart;
import org.lockstep.examples.report.Chart.Axis;
import org.lockstep.examples.report.Chart.Point;
import org.lockstep.examples.report.Chart.Series;
import org.lockstep.examples.report.FigurePage;
import org.lockstep.examples.report.FigurePage.Section;
import org.lockstep.examples.report.TextTable;

/**
 * What {@link ActivationProbe} saw, as text and as a page.
 *
 * @param seen by subject, at least one step each
 */
public record ActivationReport(Map<Subject, List<Activations>> seen) {
  /** A relative loss past which lines leave the chart: near 1 is where a step is good or bad. */
  private static final double HIGHEST = 10;

  /** The layers at the first step that was looked at, and the sizes a step may have there. */
  public TextTable table() {
    TextTable table =
        new TextTable(2, "network", "layer", "mean", "variance", "gradient", "best step", "up to");
    seen.forEach((subject, steps) -> rows(table, subject, steps.get(0)));
    return table;
  }

  private static void rows(TextTable table, Subject subject, Activations step) {
    String network = subject.label();
    String best = Median.digits(step.bestSize());
    String largest = step.upTo();
    for (LayerFigures layer : step.layers()) {
      table.row(
          network,
          layer.layer(),
          Median.digits(layer.mean()),
          Median.digits(layer.variance()),
          Median.digits(layer.gradient()),
          best,
          largest);
    }
  }

  /**
   * The page.
   *
   * @param command repeats it
   * @param facts about setup and machine
   */
  public FigurePage page(String subtitle, String command, Map<String, String> facts) {
    return new FigurePage(
        "Activations, gradients and step sizes",
        subtitle,
        List.of(activations(), gradients(), firstSteps(), stepSizes()),
        command,
        facts);
  }

  private Section activations() {
    return new Section(
        "Activations by depth",
        "What leaves each layer of weights ("
            + names()
            + "), before any norm, at the first and the last step looked at. Variance behind the last layer by that behind the first, at the start: "
            + each(steps -> lastByFirst(steps.get(0), LayerFigures::variance))
            + ".",
        List.of(
            byLayer("Mean", "mean of |channel mean|", LayerFigures::mean),
            byLayer("Variance", "mean of channel variance", LayerFigures::variance)));
  }

  private String names() {
    return seen.values().iterator().next().get(0).layers().stream()
        .map(LayerFigures::layer)
        .collect(Collectors.joining(", "));
  }

  private Section gradients() {
    return new Section(
        "Gradients by depth",
        "Root mean square of the gradient of each layer's weights. That of the last layer by that of"
            + " the first, at the start: "
            + each(steps -> lastByFirst(steps.get(0), LayerFigures::gradient))
            + ".",
        List.of(byLayer("Gradient of the weights", "root mean square", LayerFigures::gradient)));
  }

  private Section firstSteps() {
    Axis axis =
        Span.of(
            "mean of channel variance",
            seen.values().stream()
                .flatMap(List::stream)
                .flatMap(step -> shown(step.layers()).stream())
                .mapToDouble(LayerFigures::variance));
    List<Chart> charts =
        seen.entrySet().stream()
            .map(entry -> byStep(entry.getKey().label(), entry.getValue(), axis))
            .toList();
    return new Section(
        "Variance during the first steps",
        "Behind the first, the middle and the last layer of weights. Highest by lowest variance"
            + " behind the middle one over all steps looked at: "
            + each(ActivationReport::spread)
            + ".",
        charts);
  }

  private Section stepSizes() {
    Axis axis =
        Span.of(
            "relative loss",
            seen.values().stream()
                .flatMap(List::stream)
                .flatMapToDouble(step -> step.relativeLoss().stream().mapToDouble(loss -> loss))
                .filter(loss -> loss <= HIGHEST));
    List<Chart> charts =
        List.of(
            new Chart(
                "Loss behind one step by the loss before it",
                Axis.logarithmic("step size"),
                axis,
                lines(ActivationReport::relativeLosses)));
    return new Section(
        "How long a step may be",
        "The loss of the same batch after one step along its gradient; below 1 the step helps. More"
            + " than ten times the loss is in the numbers only. At"
            + " the start the lowest loss comes at a step size of "
            + each(steps -> Median.digits(steps.get(0).bestSize()))
            + ", and no step makes the loss higher up to "
            + each(steps -> steps.get(0).upTo())
            + "; at the last step looked at up to "
            + each(steps -> last(steps).upTo())
            + ".",
        charts);
  }

  private String each(Function<List<Activations>, String> figure) {
    return seen.entrySet().stream()
        .map(entry -> figure.apply(entry.getValue()) + " (" + entry.getKey().label() + ")")
        .collect(Collectors.joining(", "));
  }

  private static String lastByFirst(Activations step, ToDoubleFunction<LayerFigures> figure) {
    return Median.digits(
        figure.applyAsDouble(last(step.layers())) / figure.applyAsDouble(step.layers().get(0)));
  }

  private static String spread(List<Activations> steps) {
    DoubleSummaryStatistics variances =
        steps.stream()
            .mapToDouble(step -> shown(step.layers()).get(1).variance())
            .summaryStatistics();
    return Median.digits(variances.getMax() / variances.getMin());
  }

  private Chart byLayer(String title, String unit, ToDoubleFunction<LayerFigures> figure) {
    return new Chart(
        title,
        Axis.positions("layer"),
        Axis.logarithmic(unit),
        lines(step -> layerPoints(step, figure)));
  }

  private static List<Point> layerPoints(Activations step, ToDoubleFunction<LayerFigures> figure) {
    return IntStream.range(0, step.layers().size())
        .mapToObj(i -> new Point(i + 1, figure.applyAsDouble(step.layers().get(i))))
        .toList();
  }

  private static List<Point> relativeLosses(Activations step) {
    return IntStream.range(0, Activations.SIZES.size())
        .mapToObj(i -> new Point(Activations.SIZES.get(i), step.relativeLoss().get(i)))
        .toList();
  }

  /** For each subject a line of the first step and one of the last. */
  private List<Series> lines(Function<Activations, List<Point>> points) {
    List<Series> lines = new ArrayList<>();
    seen.forEach(
        (subject, steps) -> {
          lines.add(line(subject, steps.get(0), lines.size(), points));
          if (steps.size() > 1) {
            lines.add(line(subject, last(steps), lines.size(), points));
          }
        });
    return lines;
  }

  private static Series line(
      Subject subject, Activations step, int style, Function<Activations, List<Point>> points) {
    return new Series(subject.label() + ", step " + step.step(), style, points.apply(step));
  }

  /** The first, the middle and the last one. */
  private static List<LayerFigures> shown(List<LayerFigures> layers) {
    return List.of(layers.get(0), layers.get(layers.size() / 2), last(layers));
  }

  private static Chart byStep(String title, List<Activations> steps, Axis axis) {
    List<LayerFigures> layers = shown(steps.get(0).layers());
    List<Series> lines =
        IntStream.range(0, layers.size())
            .mapToObj(i -> new Series(layers.get(i).layer(), i, variances(steps, i)))
            .toList();
    return new Chart(title, Axis.linear("step"), axis, lines);
  }

  private static List<Point> variances(List<Activations> steps, int layer) {
    return steps.stream()
        .map(step -> new Point(step.step(), shown(step.layers()).get(layer).variance()))
        .toList();
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
