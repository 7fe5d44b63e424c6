package org.lockstep.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What a rank must know to join its peers; the rendezvous hands it out.
 *
 * @param rank this rank, 0 to {@code peers.size() - 1}
 * @param peers the data address of every rank, this one's too, by rank
 * @param key the job's secret, which a connection must prove to know, and which try of the job this
 *     is; connections of another one are refused
 * @param timeout how long setting up may take, and each collective after it
 */
public record Membership(int rank, List<InetSocketAddress> peers, JobKey key, Duration timeout) {
  public Membership {
    peers = List.copyOf(peers);
    if (rank < 0 || rank >= peers.size()) {
      throw new IllegalArgumentException(
          "rank " + rank + " is not one of the " + peers.size() + " ranks of the job");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("the time-out must be positive, not " + timeout);
    }
  }

  public int worldSize() {
    return peers.size();
  }

  /** "rank 3 (10.0.0.7:40112)". */
  String name(int peer) {
    InetSocketAddress address = peers.get(peer);
    return "rank " + peer + " (" + address.getHostString() + ":" + address.getPort() + ")";
  }

  /** The ranks that run on this rank's host, itself included. */
  int ranksOnThisHost() {
    String here = peers.get(rank).getHostString();
    return (int) peers.stream().filter(peer -> peer.getHostString().equals(here)).count();
  }

  boolean allOnThisHost() {
    return ranksOnThisHost() == worldSize();
  }

  @Override
  public String toString() {
    return "rank " + rank + " of " + peers.size() + ", attempt " + key.attempt();
  }
}
