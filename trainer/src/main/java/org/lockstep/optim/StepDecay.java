package org.lockstep.optim;

/**
 * Down by a factor after every so many epochs.
 *
 * @param every epochs between two steps
 * @param decay what each step multiplies the rate with
 */
record StepDecay(int every, double decay) implements Schedule {
  static final double DEFAULT_FACTOR = 0.1;

  @Override
  public double factor(double epoch, int epochs) {
    return Math.pow(decay, Math.floor(epoch / every));
  }

  @Override
  public String toString() {
    return "step:" + every + ":" + decay;
  }
}
