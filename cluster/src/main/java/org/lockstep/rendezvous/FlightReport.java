package org.lockstep.rendezvous;

import java.io.Serializable;

/**
 * What the ranks of a failed job did last; lines of text.
 *
 * @param brief who waited for whom; empty where nobody did, or no rank has told
 * @param full all that they have told
 */
public record FlightReport(String brief, String full) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final FlightReport NONE = new FlightReport("", "");

  /** The same, with one line more in the brief form if there is one. */
  public FlightReport endingWith(String line) {
    return brief.isEmpty() ? this : new FlightReport(brief + line + System.lineSeparator(), full);
  }
}
