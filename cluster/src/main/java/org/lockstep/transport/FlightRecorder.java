package org.lockstep.transport;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A rank's flight recorder: its last collectives in all groups, and what listens to each that ends.
 * It keeps the {@link Operation}s themselves, so that without a listener a collective costs a few
 * writes more.
 *
 * <p>Thread rule: any thread.
 */
public final class FlightRecorder {
  /** Collectives that are kept of each group, and told of in all. */
  static final int KEPT = 256;

  private final Map<Integer, Journal> journals = new ConcurrentHashMap<>();
  private final WallClock clock = WallClock.now();
  private volatile @Nullable Listener listener;

  /** Hears of collectives, on the thread that ran or awaited them; throws nothing. */
  public interface Listener {
    /** It is over, well or not. */
    void ended(RecordedCollective collective);

    /** The rank's own thread has waited for it; nanoseconds since 1970. */
    void awaited(RecordedCollective collective, long from, long until);
  }

  Journal open(Group group, Meter meter, long timeoutNanos) {
    Journal journal = new Journal(group, meter, timeoutNanos, this);
    journals.put(group.id(), journal);
    return journal;
  }

  @Nullable Journal journal(int group) {
    return journals.get(group);
  }

  /** The last {@value #KEPT} collectives, in the order in which the rank asked for them. */
  public List<RecordedCollective> recent() {
    List<RecordedCollective> all =
        journals.values().stream()
            .flatMap(Journal::recent)
            .map(operation -> operation.recorded(clock))
            .sorted(Comparator.comparingLong(RecordedCollective::issued))
            .toList();
    return all.subList(Math.max(0, all.size() - KEPT), all.size());
  }

  /** Tells {@code next} of every collective that ends from now on. */
  public void listen(Listener next) {
    listener = next;
  }

  /** The clock of all times that this tells. */
  public WallClock clock() {
    return clock;
  }

  void awaited(Operation operation, long begin, long end) {
    Listener hearing = listener;
    if (hearing != null) {
      hearing.awaited(operation.recorded(clock), clock.at(begin), clock.at(end));
    }
  }

  void ended(Operation operation) {
    Listener hearing = listener;
    if (hearing != null) {
      hearing.ended(operation.recorded(clock));
    }
  }
}
