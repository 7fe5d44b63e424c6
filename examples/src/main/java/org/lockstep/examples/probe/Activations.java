package org.lockstep.examples.probe;

import java.util.ArrayList;
import java.util.List;

/**
 * What goes through a network at one step, and where steps of different sizes would lead.
 *
 * @param step of training
 * @param layers the first one first
 * @param relativeLoss the loss behind a step of each of {@link #SIZES}, by the loss before it
 *     (Bjorck et al. 2018, "Understanding Batch Normalization", figure 3); may not be finite
 */
public record Activations(long step, List<LayerFigures> layers, List<Double> relativeLoss) {
  /** Learning rates from 1e-4 to 10, four for a factor of ten. */
  static final List<Double> SIZES = sizes();

  private static final int PER_DECADE = 4;

  private static List<Double> sizes() {
    List<Double> sizes = new ArrayList<>();
    for (int i = -4 * PER_DECADE; i <= PER_DECADE; i++) {
      sizes.add(Math.pow(10, (double) i / PER_DECADE));
    }
    return List.copyOf(sizes);
  }

  static Activations of(NetworkObjective loss) {
    List<LayerFigures> layers = LayerFigures.of(loss);
    Line line = Line.from(loss);
    List<Double> relative =
        SIZES.stream().map(size -> line.at(size, loss.point()) / line.loss()).toList();
    return new Activations(loss.step(), layers, relative);
  }

  /** The size whose loss is the lowest of all, of those that are finite. */
  double bestSize() {
    double best = Double.NaN;
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < SIZES.size(); i++) {
      if (relativeLoss.get(i) < lowest) {
        lowest = relativeLoss.get(i);
        best = SIZES.get(i);
      }
    }
    return best;
  }

  /** The largest size up to which no step makes the loss higher, in words at the ends. */
  String upTo() {
    int good = 0;
    while (good < SIZES.size() && relativeLoss.get(good) <= 1) {
      good++;
    }
    if (good == 0) {
      return "below " + Median.digits(SIZES.get(0));
    }
    String largest = Median.digits(SIZES.get(good - 1));
    return good == SIZES.size() ? largest + " or more" : largest;
  }
}
