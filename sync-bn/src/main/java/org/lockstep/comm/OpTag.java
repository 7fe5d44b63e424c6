package org.lockstep.comm;

/**
 * Names one collective, so that ranks which do different things can be told what each was doing.
 *
 * @param step the update the collective belongs to, counted from 0
 * @param layer the layer, bucket or purpose, for example {@code bn1} or {@code bucket0}
 * @param phase the part of the step
 */
public record OpTag(long step, String layer, Phase phase) {
  @Override
  public String toString() {
    return layer + " " + phase.name().toLowerCase(java.util.Locale.ROOT) + " of step " + step;
  }
}
