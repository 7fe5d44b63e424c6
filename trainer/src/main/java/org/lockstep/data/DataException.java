package org.lockstep.data;

/**
 * A file of a data set is missing, damaged or not what it should be. The message is one sentence
 * for the user: which file, expected against found, what to change.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DataException(String message) {
    super(message);
  }

  DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
