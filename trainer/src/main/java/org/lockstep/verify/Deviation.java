package org.lockstep.verify;

import org.jspecify.annotations.Nullable;

/**
 * How far a quantity was from what is expected, at its worst.
 *
 * @param quantity its name, for example {@code dx} or {@code conv1.weight}
 * @param step the step it was worst in, from 0; null outside of the steps
 * @param error the largest absolute error of an element; infinite where one was no number
 * @param bound the quantity whose tolerance bounds the error
 * @param factor what that tolerance is multiplied by; 0 where no error at all is allowed
 */
public record Deviation(
    String quantity, @Nullable Integer step, double error, String bound, double factor) {

  /** Error over tolerance, up to a constant of the quantity; what "worst" means. */
  private double severity() {
    return error == 0 ? 0 : error / factor;
  }

  /** The worse of two deviations of one quantity. */
  static Deviation worse(Deviation a, Deviation b) {
    return b.severity() > a.severity() ? b : a;
  }
}
