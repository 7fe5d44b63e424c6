package org.lockstep.comm;

/**
 * A collective that could not be completed: a peer died, did not come in time, or did something
 * else. The message says what was tried, the rank of the world size, the peer, and the tag.
 */
public class CommunicationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommunicationException(String message) {
    super(message);
  }

  public CommunicationException(String message, Throwable cause) {
    super(message, cause);
  }
}
