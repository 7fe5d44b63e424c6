package org.lockstep.transport;

import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * What a process must know to speak to another one of the same job.
 *
 * @param token the job's secret
 * @param attempt counted from 0; what is left over of an earlier attempt is refused
 */
public record JobKey(JobToken token, int attempt) implements Serializable {
  private static final byte[] FRAMES = {'f', 'r', 'a', 'm', 'e', 's'};

  public JobKey {
    if (attempt < 0) {
      throw new IllegalArgumentException("attempt: expected 0 or more, found " + attempt);
    }
  }

  /** The number that every frame of this job and attempt carries. */
  int check() {
    byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(attempt).array();
    return ByteBuffer.wrap(token.hmac(FRAMES, number)).getInt();
  }
}
