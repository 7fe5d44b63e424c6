package org.lockstep.examples.cli;

/** What was asked for cannot be done; known before anything ran. Exit code 2. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }

  /** Passes on a sentence that was written for the user. */
  UsageException(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
