package org.lockstep.examples.probe;

import java.util.List;

/**
 * How a function changes along its gradient g, looked at in the points x - size·g (Santurkar et al.
 * 2018, "How Does Batch Normalization Help Optimization?", figure 4). What is not finite is NaN or
 * infinite.
 *
 * @param step of training
 * @param loss at x
 * @param gradientNorm ‖g‖, as all distances in l2
 * @param lowestLoss in the points
 * @param highestLoss in the points
 * @param leastChange the least distance of the gradients there from g
 * @param greatestChange the greatest
 * @param smoothness the effective β: the greatest quotient of that distance and the point's
 *     distance from x, size·‖g‖
 */
public record Landscape(
    long step,
    double loss,
    double gradientNorm,
    double lowestLoss,
    double highestLoss,
    double leastChange,
    double greatestChange,
    double smoothness) {

  /**
   * Looks along the gradient where the function stands.
   *
   * @param sizes at least one, positive
   */
  static Landscape along(Objective objective, long step, List<Double> sizes) {
    Line line = Line.from(objective);
    double norm = line.norm();
    double[] there = new double[line.gradient().length];
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    double smoothness = 0;
    for (double size : sizes) {
      double loss = line.at(size, there);
      double change = Line.distance(there, line.gradient());
      lowest = Math.min(lowest, loss);
      highest = Math.max(highest, loss);
      least = Math.min(least, change);
      greatest = Math.max(greatest, change);
      smoothness = Math.max(smoothness, change / (size * norm));
    }
    return new Landscape(step, line.loss(), norm, lowest, highest, least, greatest, smoothness);
  }

  /** The width of the band that the losses are in. */
  double range() {
    return highestLoss - lowestLoss;
  }
}
