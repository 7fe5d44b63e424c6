package org.lockstep.rendezvous;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lockstep.transport.RecordedCollective;

/**
 * The last collectives of all ranks in one table. Rows belong together by group and number, so that
 * clocks which differ between hosts cannot put them into a wrong order.
 */
final class FlightTable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String FORMAT = "%4s  %-9s  %-15s  %10s  %9s  %-28s  %s%n";

  /** Rows of a rank in the brief form, and ranks there. */
  private static final int MAX_ROWS = 3;

  private static final int MAX_RANKS = 16;

  private final int worldSize;
  private final Map<Integer, List<RecordedCollective>> told;
  private final Waits waits;

  /** A collective, and whose. */
  private record Row(int rank, RecordedCollective collective) {
    Key key() {
      return new Key(collective.group(), collective.sequence());
    }
  }

  /** What is the same on all ranks. */
  private record Key(int group, long sequence) {}

  /**
   * @param told by rank; ranks that have told nothing are missing
   */
  FlightTable(int worldSize, Map<Integer, List<RecordedCollective>> told) {
    this.worldSize = worldSize;
    this.told = new TreeMap<>(told);
    waits = new Waits(this.told);
  }

  FlightReport report() {
    boolean nobodyWaits =
        told.values().stream().flatMap(List::stream).allMatch(RecordedCollective::done);
    return new FlightReport(nobodyWaits ? "" : brief(), full());
  }

  /** The last that each rank has done, what it was in, and the ranks that others waited for. */
  private String brief() {
    StringBuilder text = new StringBuilder(heading());
    for (int rank : shown()) {
      List<RecordedCollective> mine = told.get(rank);
      if (mine == null) {
        text.append(String.format(Locale.ROOT, "%4d  has not told%n", rank));
      } else if (mine.isEmpty()) {
        text.append(String.format(Locale.ROOT, "%4d  has been in no collective%n", rank));
      } else {
        lastOf(mine).forEach(each -> text.append(line(rank, each)));
      }
    }
    if (worldSize > MAX_RANKS) {
      text.append(String.format("… and %d ranks more%n", worldSize - MAX_RANKS));
    }
    return text.append(waits.text()).toString();
  }

  /** Of many ranks those that others waited for, then those that have not told. */
  private List<Integer> shown() {
    Stream<Integer> silent = ranks().filter(rank -> !told.containsKey(rank));
    return Stream.of(waits.awaited(), silent, ranks())
        .flatMap(Function.identity())
        .distinct()
        .limit(MAX_RANKS)
        .sorted()
        .toList();
  }

  private Stream<Integer> ranks() {
    return IntStream.range(0, worldSize).boxed();
  }

  private static List<RecordedCollective> lastOf(List<RecordedCollective> mine) {
    List<RecordedCollective> shown = new ArrayList<>();
    mine.stream()
        .filter(RecordedCollective::done)
        .max(Comparator.comparingLong(RecordedCollective::ended))
        .ifPresent(shown::add);
    mine.stream().filter(each -> !each.done()).limit(MAX_ROWS - shown.size()).forEach(shown::add);
    return shown;
  }

  /** All collectives, those that belong together one below the other. */
  private String full() {
    Map<Key, List<Row>> rows = new LinkedHashMap<>();
    all().forEach(row -> rows.computeIfAbsent(row.key(), k -> new ArrayList<>()).add(row));
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "The last collectives of each rank, by the clocks of the ranks' own hosts%n%s%s",
            missing(), heading()));
    for (List<Row> same : rows.values()) {
      same.sort(Comparator.comparingInt(Row::rank));
      same.forEach(row -> text.append(line(row.rank, row.collective)));
    }
    return text.append(waits.text()).toString();
  }

  private List<Row> all() {
    return told.entrySet().stream()
        .flatMap(mine -> mine.getValue().stream().map(each -> new Row(mine.getKey(), each)))
        .sorted(Comparator.comparingLong(row -> row.collective.issued()))
        .toList();
  }

  private String missing() {
    return ranks()
        .filter(rank -> !told.containsKey(rank))
        .map(rank -> String.format("rank %d has not told%n", rank))
        .collect(Collectors.joining());
  }

  private static String heading() {
    return String.format(
        FORMAT, "rank", "state", "from (UTC)", "µs", "bytes", "waited for", "collective");
  }

  private static String line(int rank, RecordedCollective each) {
    return String.format(
        Locale.ROOT,
        FORMAT,
        rank,
        state(each),
        time(each.issued()),
        each.ended() == 0 ? "" : String.valueOf((each.ended() - each.issued()) / 1000),
        each.bytes(),
        each.peer() < 0 ? "" : "rank " + each.peer() + " at " + time(each.peerSince()),
        each.action() + " (" + each.tag() + ")");
  }

  private static String state(RecordedCollective each) {
    if (each.done()) {
      return "done";
    }
    if (each.ended() != 0) {
      return "failed";
    }
    return each.started() == 0 ? "queued" : "under way";
  }

  private static String time(long nanos) {
    return TIME.format(Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000));
  }
}
