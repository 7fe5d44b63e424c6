package org.lockstep.optim;

/**
 * A schedule times a line from 0 to 1 over the first epochs (Goyal et al. 2017, section 2.2); from
 * then on it is that schedule, with its own clock unchanged.
 *
 * @param rise epochs the line takes
 * @param then the schedule
 */
record Warmup(int rise, Schedule then) implements Schedule {
  @Override
  public double factor(double epoch, int epochs) {
    return Math.min(1, epoch / rise) * then.factor(epoch, epochs);
  }

  @Override
  public String toString() {
    return "warmup:" + rise + "," + then;
  }
}
