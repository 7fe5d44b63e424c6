package org.lockstep.comm;

import java.time.Duration;

/** A collective under way. Its buffer belongs to the communicator until {@link #await} returns. */
public interface Work {
  boolean isDone();

  /**
   * Waits until the buffer holds the result.
   *
   * @throws CommunicationException if the collective failed or is not done within {@code timeout}
   */
  void await(Duration timeout);
}
