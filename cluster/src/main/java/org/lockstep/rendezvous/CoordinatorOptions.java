package org.lockstep.rendezvous;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.Tls;

/**
 * How a job's ranks are brought together.
 *
 * @param worldSize the ranks that must come
 * @param address where the coordinator listens; port 0 takes a free one
 * @param key what members must prove to know
 * @param tls what the control connections are secured with
 * @param joinTimeout in which all must have come
 * @param silence after which a member that is not heard counts as dead
 */
public record CoordinatorOptions(
    int worldSize,
    InetSocketAddress address,
    JobKey key,
    Tls tls,
    Duration joinTimeout,
    Duration silence) {
  /** How long a member may be unheard where nothing else is said. */
  public static final Duration DEFAULT_SILENCE = Duration.ofSeconds(5);

  public CoordinatorOptions {
    if (worldSize < 1) {
      throw new IllegalArgumentException("expected at least 1 worker, found " + worldSize);
    }
    Heartbeats.require("join time-out", joinTimeout);
    Heartbeats.require("heartbeat bound", silence);
  }
}
