package org.lockstep.examples.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line chart, as the page's script reads it.
 *
 * @param title above the chart
 * @param x what runs along it
 * @param y what rises
 * @param series its lines
 */
public record Chart(String title, Axis x, Axis y, List<Series> series) {
  public Chart {
    series = List.copyOf(series);
  }

  /**
   * An axis.
   *
   * @param title beside it
   * @param scale as Chart.js names it: {@code category} (equal distances), {@code linear} or {@code
   *     logarithmic}
   * @param unit behind a value, with the space before it; may be empty
   * @param low where it begins; null: where the values do
   * @param high where it ends; null: where the values do
   */
  public record Axis(
      String title, String scale, String unit, @Nullable Double low, @Nullable Double high) {
    /** Few values, each at a place of its own. */
    public static Axis positions(String title) {
      return new Axis(title, "category", "", null, null);
    }

    public static Axis linear(String title) {
      return new Axis(title, "linear", "", null, null);
    }

    /** For positive values over several powers of ten. */
    public static Axis logarithmic(String title) {
      return new Axis(title, "logarithmic", "", null, null);
    }

    public Axis withUnit(String unit) {
      return new Axis(title, scale, unit, low, high);
    }

    public Axis between(double low, double high) {
      return new Axis(title, scale, unit, low, high);
    }

    /** A value as tables and screen readers have it. */
    public String value(@Nullable Double value) {
      if (value == null) {
        return "–";
      }
      BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
      boolean plain = rounded.signum() == 0 || Math.abs(rounded.precision() - rounded.scale()) < 7;
      return (plain ? rounded.toPlainString() : rounded.toString()) + unit;
    }
  }

  /**
   * A line.
   *
   * @param label says what it is of
   * @param style decides colour, dash and mark; alike in all charts of a section
   * @param points in rising x
   */
  public record Series(String label, int style, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }

    /** The value at a place; null where the line has none. */
    @Nullable Double at(double x) {
      return points.stream().filter(point -> point.x() == x).findFirst().map(Point::y).orElse(null);
    }
  }

  /**
   * A place on a line.
   *
   * @param y null where there is no finite value: the line has a gap
   */
  public record Point(double x, @Nullable Double y) {
    public Point {
      y = y == null || !Double.isFinite(y) ? null : y;
    }
  }

  /** The places of all lines, each once, in rising order. */
  List<Double> places() {
    return series.stream()
        .flatMap(line -> line.points().stream())
        .map(Point::x)
        .distinct()
        .sorted()
        .toList();
  }

  /** What a screen reader says in place of the picture. */
  public String description() {
    List<Double> places = places();
    String lines =
        series.stream()
            .map(
                line ->
                    line.label()
                        + " "
                        + places.stream()
                            .map(place -> y.value(line.at(place)))
                            .collect(Collectors.joining(", ")))
            .collect(Collectors.joining("; "));
    String positions = places.stream().map(x::value).collect(Collectors.joining(", "));
    return title + ", " + y.title() + " by " + x.title() + " " + positions + ": " + lines;
  }
}
