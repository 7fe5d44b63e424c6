package org.lockstep.optim;

/**
 * The learning rate over time, as a factor of the peak rate. Written {@code constant}, {@code
 * step:K:F} (times F after every K epochs; F defaults to 0.1), {@code cosine} (half a cosine down
 * to 0; Loshchilov &amp; Hutter 2017, eq. 5 without restarts), each perhaps behind {@code
 * warmup:E,} (that schedule, times a line from 0 to 1 over the first E epochs; Goyal et al. 2017,
 * section 2.2). K and E are whole numbers, F is positive. {@link #parse} reads back what {@code
 * toString} gives.
 */
public interface Schedule {
  /**
   * The factor at a point in time.
   *
   * @param epoch epochs done, with the fraction of the current one
   * @param epochs epochs of the whole run
   */
  double factor(double epoch, int epochs);

  /**
   * Reads a schedule.
   *
   * @throws IllegalArgumentException if {@code text} is none of the forms above
   */
  static Schedule parse(String text) {
    return new ScheduleSyntax(text).parse();
  }
}
