package org.lockstep.transport;

import java.io.Serializable;

/**
 * What a process must know to speak to another one of the same job.
 *
 * @param token the job's secret
 * @param attempt counted from 0; what is left over of an earlier attempt is refused
 */
public record JobKey(JobToken token, int attempt) implements Serializable {
  public JobKey {
    if (attempt < 0) {
      throw new IllegalArgumentException("attempt: expected 0 or more, found " + attempt);
    }
  }
}
