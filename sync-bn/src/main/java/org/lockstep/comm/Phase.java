package org.lockstep.comm;

/** The part of a step in which a collective runs; with layer and step it names the collective. */
public enum Phase {
  FORWARD,
  BACKWARD,
  GRADIENT,
  STATISTICS,
  EVALUATION,
  CONTROL
}
