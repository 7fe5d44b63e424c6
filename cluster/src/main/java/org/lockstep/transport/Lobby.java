package org.lockstep.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one listening socket that have not proved yet whose they are. Whoever can
 * reach the socket can make them, so they are bounded in number and in time, and a log in lines:
 * the oldest has to go when there are too many, and of each address the first refusal is logged.
 *
 * <p>Thread rule: the loop that accepts.
 */
final class Lobby {
  private static final Logger LOG = LoggerFactory.getLogger(Lobby.class);

  /** Strangers for whom there is room beside those who are expected. */
  private static final int ROOM = 256;

  /** Of more addresses no line is logged; who has that many may forge them too. */
  static final int MAX_SOURCES = 100;

  private final String host;
  private final int capacity;
  private final Duration patience;
  private final Consumer<String> log;
  private final Map<Channel, Runnable> waiting = new LinkedHashMap<>();
  private final Set<InetAddress> sources = new HashSet<>();
  private int refused;

  /**
   * @param host who refuses, as a log's line begins
   * @param expected how many connections may rightly come at the same time
   * @param patience how long one may take to prove whose it is
   */
  Lobby(String host, int expected, Duration patience) {
    this(host, expected, patience, LOG::warn);
  }

  Lobby(String host, int expected, Duration patience, Consumer<String> log) {
    this.log = log;
    this.host = host;
    this.capacity = expected + ROOM;
    this.patience = patience;
  }

  Duration patience() {
    return patience;
  }

  /**
   * Takes a new connection in, and may turn out the one that has waited longest.
   *
   * @param turnOut refuses the connection, which then {@link #leave}s
   */
  void enter(Channel channel, Runnable turnOut) {
    if (waiting.size() == capacity) {
      waiting.values().iterator().next().run();
    }
    waiting.put(channel, turnOut);
  }

  /** What is to become of the connection is decided. */
  void leave(Channel channel) {
    waiting.remove(channel);
  }

  /** Notes that a connection is being closed, for a reason that follows the other side's name. */
  void refused(Channel channel, String why) {
    refused++;
    SocketAddress source = channel.remoteAddress();
    if (source instanceof InetSocketAddress from
        && sources.size() < MAX_SOURCES
        && sources.add(from.getAddress())) {
      log.accept(
          "%s refused %s, which %s; more from there is not logged".formatted(host, source, why));
    }
  }

  /** Nobody is expected any more: turns out who still waits. */
  void close() {
    List.copyOf(waiting.values()).forEach(Runnable::run);
    if (refused > sources.size()) {
      log.accept(host + " refused " + refused + " connections in all");
    }
  }

  int size() {
    return waiting.size();
  }
}
