package org.lockstep.verify;

/**
 * A case that cannot be read. The message is one sentence for the user: which file, which part of
 * it, expected against found.
 */
public final class CaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CaseException(String message) {
    super(message);
  }

  CaseException(String message, Throwable cause) {
    super(message, cause);
  }
}
