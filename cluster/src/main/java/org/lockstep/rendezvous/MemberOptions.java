package org.lockstep.rendezvous;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.Tls;

/**
 * What one worker must know to take part in a job.
 *
 * @param rank its number
 * @param coordinator where to join
 * @param key what the coordinator asks for
 * @param tls what all connections are secured with
 * @param host the address, of this machine, on which the other ranks reach it
 * @param timeout in which all must have joined, and for each collective
 * @param silence the coordinator's bound for heartbeats
 */
public record MemberOptions(
    int rank,
    InetSocketAddress coordinator,
    JobKey key,
    Tls tls,
    InetAddress host,
    Duration timeout,
    Duration silence) {
  public MemberOptions {
    if (rank < 0) {
      throw new IllegalArgumentException("rank: expected 0 or more, found " + rank);
    }
    Heartbeats.require("time-out", timeout);
    Heartbeats.require("heartbeat bound", silence);
  }
}
