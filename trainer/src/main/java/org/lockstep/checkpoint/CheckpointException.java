package org.lockstep.checkpoint;

import java.io.IOException;

/**
 * A checkpoint that is missing, incomplete, damaged, made for something else, or cannot be written.
 */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
