package org.lockstep.transport;

import org.lockstep.comm.CommunicationException;

/** The other side does not want this process; trying again does not help. */
public final class RefusedException extends CommunicationException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
