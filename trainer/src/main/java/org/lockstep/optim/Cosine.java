package org.lockstep.optim;

/**
 * (1 + cos(π·t)) / 2, where t goes from 0 to 1 over the run (Loshchilov &amp; Hutter 2017, eq. 5).
 */
record Cosine() implements Schedule {
  @Override
  public double factor(double epoch, int epochs) {
    return (1 + Math.cos(Math.PI * epoch / epochs)) / 2;
  }

  @Override
  public String toString() {
    return "cosine";
  }
}
