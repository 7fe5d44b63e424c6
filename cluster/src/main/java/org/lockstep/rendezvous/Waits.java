package org.lockstep.rendezvous;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lockstep.transport.RecordedCollective;

/** Which ranks waited for which in collectives that were not done. */
final class Waits {
  /** Of a line, and lines. */
  private static final int MAX_RANKS = 16;

  private final Map<Integer, List<RecordedCollective>> told;

  /** By the rank that others waited for, those others. */
  private final Map<Integer, List<Integer>> waiting = new TreeMap<>();

  /**
   * @param told in the order of ranks; those that have told nothing are missing
   */
  Waits(Map<Integer, List<RecordedCollective>> told) {
    this.told = told;
    told.forEach(
        (rank, mine) ->
            mine.stream()
                .filter(Waits::waits)
                .mapToInt(RecordedCollective::peer)
                .distinct()
                .forEach(peer -> waiting.computeIfAbsent(peer, p -> new ArrayList<>()).add(rank)));
  }

  private static boolean waits(RecordedCollective each) {
    return !each.done() && each.peer() >= 0;
  }

  /** The ranks that others waited for, those first that waited for nobody: there it began. */
  Stream<Integer> awaited() {
    return waiting.keySet().stream()
        .sorted(
            Comparator.comparing(
                rank -> told.getOrDefault(rank, List.of()).stream().anyMatch(Waits::waits)));
  }

  /** A line about each of them, of many about the first. */
  String text() {
    return awaited().limit(MAX_RANKS).map(this::sentence).collect(Collectors.joining());
  }

  private String sentence(int peer) {
    List<Integer> ranks = waiting.getOrDefault(peer, List.of());
    String those =
        ranks.stream().limit(MAX_RANKS).map(String::valueOf).collect(Collectors.joining(", "));
    int more = ranks.size() - MAX_RANKS;
    return String.format(
        "rank %d%s was awaited by rank%s %s%s%n",
        peer,
        itself(peer),
        ranks.size() == 1 ? "" : "s",
        those,
        more > 0 ? " and " + more + " more" : "");
  }

  /** What a rank did itself. */
  private String itself(int rank) {
    List<RecordedCollective> mine = told.get(rank);
    if (mine == null) {
      return ", which has not told,";
    }
    return mine.stream().allMatch(RecordedCollective::done) ? ", in no collective itself," : "";
  }
}
