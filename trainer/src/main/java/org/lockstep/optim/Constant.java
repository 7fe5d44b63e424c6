package org.lockstep.optim;

/** The peak rate all the time. */
record Constant() implements Schedule {
  @Override
  public double factor(double epoch, int epochs) {
    return 1;
  }

  @Override
  public String toString() {
    return "constant";
  }
}
