package org.lockstep.examples.probe;

/** A differentiable function of many variables, and a point where it stands. */
interface Objective {
  /** A copy of the point. */
  double[] point();

  /**
   * The function's value somewhere; the point stays as it is.
   *
   * @param at of the point's length
   * @param gradient takes the gradient there
   */
  double evaluate(double[] at, double[] gradient);
}
