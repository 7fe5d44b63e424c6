package org.lockstep.examples.probe;

/**
 * A point of a function, and the way from there against its gradient.
 *
 * @param loss at the point
 * @param gradient there
 */
record Line(Objective objective, double[] point, double loss, double[] gradient) {
  /** From where the function stands. */
  static Line from(Objective objective) {
    double[] point = objective.point();
    double[] gradient = new double[point.length];
    return new Line(objective, point, objective.evaluate(point, gradient), gradient);
  }

  /**
   * Evaluates the function at point - size·gradient.
   *
   * @param gradientThere takes the gradient there
   */
  double at(double size, double[] gradientThere) {
    double[] there = new double[point.length];
    for (int i = 0; i < there.length; i++) {
      there[i] = point[i] - size * gradient[i];
    }
    return objective.evaluate(there, gradientThere);
  }

  /** The gradient's length (l2). */
  double norm() {
    return distance(gradient, new double[gradient.length]);
  }

  /** The l2 distance. */
  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
