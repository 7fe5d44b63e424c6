package org.lockstep.examples.dashboard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.report.Chart;
import org.lockstep.examples.report.Chart.Axis;
import org.lockstep.examples.report.Chart.Point;
import org.lockstep.examples.watch.EpochFigures;
import org.lockstep.examples.watch.EpochFigures.Drift;

/**
 * The charts of one setting's runs, a line each.
 *
 * @param norms decide the lines' styles
 */
record LiveCharts(List<RunProgress> runs, List<String> norms) {
  private static final Axis EPOCH = Axis.positions("epoch");
  private static final Axis RANK = Axis.positions("rank");
  private static final Axis LAYER = Axis.positions("batch norm layer");

  /** By their places in the page; none without a line. */
  Map<String, LiveView.Picture> pictures() {
    Map<String, LiveView.Picture> pictures = new LinkedHashMap<>(epochs());
    pictures.put(
        "waits",
        ofLastEpoch(
            "Waiting, in the last epoch",
            RANK,
            from(0, "seconds").withUnit(" s"),
            0,
            EpochFigures::waitedSeconds));
    pictures.put(
        "means",
        ofLastEpoch(
            "Running mean off by",
            LAYER,
            from(0, "standard deviations").withUnit(" σ"),
            1,
            figures -> shifts(figures, Drift::meanShift)));
    pictures.put(
        "deviations",
        ofLastEpoch(
            "Running deviation off by",
            LAYER,
            from(1, "factor"),
            1,
            figures -> shifts(figures, LiveCharts::factor)));
    pictures.values().removeIf(picture -> picture.chart().series().isEmpty());
    return pictures;
  }

  private Map<String, LiveView.Picture> epochs() {
    Axis percent = Axis.linear("% of test images").withUnit(" %");
    return Map.of(
        "accuracy",
        perEpoch("Test accuracy", percent, figures -> percent(figures.testAccuracy())),
        "train-loss",
        perEpoch("Training loss", Axis.linear("loss"), EpochFigures::trainLoss),
        "test-loss",
        perEpoch("Test loss", Axis.linear("loss"), EpochFigures::testLoss),
        "speed",
        perEpoch("Speed", from(0, "images per second"), EpochFigures::imagesPerSecond));
  }

  private static Axis from(double low, String title) {
    return new Axis(title, "linear", "", low, null);
  }

  private LiveView.Picture perEpoch(
      String title, Axis y, Function<EpochFigures, @Nullable Double> value) {
    return picture(
        title,
        EPOCH,
        y,
        run ->
            run.epochs().stream().map(figures -> new Point(figures.epoch(), value.apply(figures))));
  }

  /** A value a rank or layer, counted from {@code first}. */
  private LiveView.Picture ofLastEpoch(
      String title, Axis x, Axis y, int first, Function<EpochFigures, List<Double>> values) {
    return picture(
        title,
        x,
        y,
        run -> {
          EpochFigures last = run.lastEpoch();
          List<Double> of = last == null ? List.of() : values.apply(last);
          return IntStream.range(0, of.size()).mapToObj(i -> new Point(first + i, of.get(i)));
        });
  }

  private LiveView.Picture picture(
      String title, Axis x, Axis y, Function<RunProgress, Stream<Point>> points) {
    List<Chart.Series> lines =
        runs.stream()
            .map(
                run ->
                    new Chart.Series(
                        run.norm(), norms.indexOf(run.norm()), points.apply(run).toList()))
            .filter(line -> !line.points().isEmpty())
            .toList();
    return LiveView.Picture.of(new Chart(title, x, y, lines));
  }

  private static @Nullable Double percent(@Nullable Double fraction) {
    return fraction == null ? null : 100 * fraction;
  }

  private static List<Double> shifts(
      EpochFigures figures, Function<Drift, @Nullable Double> shift) {
    return figures.drift().stream().map(drift -> EpochFigures.number(shift.apply(drift))).toList();
  }

  private static @Nullable Double factor(Drift drift) {
    return drift.scaleShift() == null ? null : Math.pow(2, drift.scaleShift());
  }
}
