package org.lockstep.nn;

/**
 * Which kind of forward pass runs.
 *
 * @param training true: batch statistics and collectives; false: running statistics, no collective
 * @param step the update this pass belongs to, counted from 0; names collectives in errors
 */
public record Pass(boolean training, long step) {
  public static Pass training(long step) {
    return new Pass(true, step);
  }

  public static Pass evaluation(long step) {
    return new Pass(false, step);
  }
}
