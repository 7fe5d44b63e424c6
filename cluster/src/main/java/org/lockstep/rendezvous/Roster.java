package org.lockstep.rendezvous;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.lockstep.transport.ControlConnection;

/** Who has joined, over which connection, and who was not heard lately. Any thread may use it. */
final class Roster {
  private final int worldSize;
  private final Map<Integer, Entry> entries = new TreeMap<>();

  /** A rank that joined; {@code unheard} ticks went by since its last message. */
  private record Entry(
      ControlMessage.Join join, ControlConnection<ControlMessage> connection, int unheard) {
    Entry unheardFor(int ticks) {
      return new Entry(join, connection, ticks);
    }
  }

  Roster(int worldSize) {
    this.worldSize = worldSize;
  }

  /**
   * Enters a rank; the same process may enter it again, over another connection too.
   *
   * @return why the join is refused, if it is
   */
  synchronized Optional<String> join(
      ControlMessage.Join join, ControlConnection<ControlMessage> connection) {
    int rank = join.rank();
    if (rank < 0 || rank >= worldSize) {
      return Optional.of("there is no rank " + rank + " among " + worldSize + " workers");
    }
    Entry before = entries.get(rank);
    if (before != null && !before.join.equals(join)) {
      return Optional.of("rank " + rank + " is taken by " + name(rank));
    }
    entries.put(rank, new Entry(join, connection, 0));
    return Optional.empty();
  }

  /** Forgets a connection, unless its rank has come back over another one. */
  synchronized void leave(ControlConnection<ControlMessage> connection) {
    rankOf(connection).ifPresent(entries::remove);
    notifyAll();
  }

  /** Notes that a connection's rank was heard, and says which one that is. */
  synchronized OptionalInt heard(ControlConnection<ControlMessage> connection) {
    OptionalInt rank = rankOf(connection);
    rank.ifPresent(r -> entries.computeIfPresent(r, (key, entry) -> entry.unheardFor(0)));
    return rank;
  }

  /**
   * Lets one tick go by; ticks and not a clock, so that a suspended coordinator, when it goes on,
   * does not take everybody for dead.
   *
   * @return the ranks that were not heard for {@code limit} ticks
   */
  synchronized List<Integer> tick(int limit) {
    entries.replaceAll((rank, entry) -> entry.unheardFor(entry.unheard + 1));
    return entries.values().stream()
        .filter(entry -> entry.unheard >= limit)
        .map(entry -> entry.join.rank())
        .toList();
  }

  synchronized List<Integer> missing() {
    return IntStream.range(0, worldSize).filter(r -> !entries.containsKey(r)).boxed().toList();
  }

  /** The peers that joined, in rank order. */
  synchronized List<Peer> peers() {
    return entries.values().stream().map(entry -> entry.join.peer()).toList();
  }

  synchronized void broadcast(ControlMessage message) {
    List.copyOf(entries.values()).forEach(entry -> entry.connection.send(message));
  }

  /** "worker 3 of 8 (pid 4711 on 10.0.0.7)". */
  synchronized String name(int rank) {
    Entry entry = entries.get(rank);
    String where =
        entry == null
            ? ""
            : " (pid %d on %s)".formatted(entry.join.pid(), entry.join.peer().host());
    return "worker " + rank + " of " + worldSize + where;
  }

  /** Waits until every connection is gone, but no longer than {@code timeout}. */
  synchronized void awaitEmpty(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toNanos(); !entries.isEmpty() && left > 0; ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
  }

  /** The rank that joined over this connection. */
  synchronized OptionalInt rankOf(ControlConnection<ControlMessage> connection) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().connection == connection)
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }
}
