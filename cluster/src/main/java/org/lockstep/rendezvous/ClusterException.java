package org.lockstep.rendezvous;

/**
 * A job that cannot start or go on. The message is one sentence that names the worker, its host and
 * what happened there.
 */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String detail;

  public ClusterException(String message) {
    this(message, "");
  }

  public ClusterException(String message, Throwable cause) {
    super(message, cause);
    detail = "";
  }

  /** A failure on a worker, with the stack trace from there. */
  ClusterException(String message, String detail) {
    super(message);
    this.detail = detail;
  }

  /** The stack trace of the worker that failed; empty where there is none. */
  public String detail() {
    return detail;
  }
}
