package org.lockstep.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lockstep.transport.RecordedCollective;

/**
 * Tables of ranks that were in collectives 0, 1, … one second each, some of them not to the end.
 */
class FlightTableTest {
  private static final long SECOND = 1_000_000_000;

  private static RecordedCollective collective(int number, boolean done, int peer) {
    long begin = number * SECOND;
    long since = peer < 0 ? 0 : begin + SECOND / 2;
    return new RecordedCollective(
        1,
        number,
        false,
        "sum",
        "bn" + number,
        8,
        begin,
        begin,
        begin + SECOND,
        done,
        peer,
        since,
        0);
  }

  private static List<String> lines(String text) {
    return text.lines().map(line -> line.replaceAll(" +", " ").strip()).toList();
  }

  @Test
  void brief_rankThatDied_showsWhoWaitedForIt() {
    FlightReport report =
        new FlightTable(
                3,
                Map.of(
                    0, List.of(collective(0, true, 1), collective(1, false, 2)),
                    1, List.of(collective(0, true, -1), collective(1, false, 2))))
            .report();

    assertThat(lines(report.brief()))
        .containsExactly(
            "rank state from (UTC) µs bytes waited for collective",
            "0 done 00:00:00.000000 1000000 8 rank 1 at 00:00:00.500000 sum (bn0)",
            "0 failed 00:00:01.000000 1000000 8 rank 2 at 00:00:01.500000 sum (bn1)",
            "1 done 00:00:00.000000 1000000 8 sum (bn0)",
            "1 failed 00:00:01.000000 1000000 8 rank 2 at 00:00:01.500000 sum (bn1)",
            "2 has not told",
            "rank 2, which has not told, was awaited by ranks 0, 1");
  }

  @Test
  void brief_nobodyWaits_isEmptyWhateverFollows() {
    FlightReport report =
        new FlightTable(2, Map.of(0, List.of(collective(0, true, 1)), 1, List.of())).report();

    assertThat(report.endingWith("more").brief()).isEmpty();
    assertThat(report.full()).contains("sum (bn0)");
  }

  @Test
  void brief_rankThatDidSomethingElse_saysThatItWasInNoCollective() {
    FlightReport report =
        new FlightTable(
                2,
                Map.of(
                    0, List.of(collective(0, true, 1), collective(1, false, 1)),
                    1, List.of(collective(0, true, -1))))
            .report();

    assertThat(lines(report.brief()))
        .endsWith("rank 1, in no collective itself, was awaited by rank 0");
  }

  @Test
  void brief_notOverYet_isUnderWayOrQueued() {
    RecordedCollective open =
        new RecordedCollective(1, 0, true, "sum", "b0", 8, 1, 2, 0, false, -1, 0, 0);
    RecordedCollective queued =
        new RecordedCollective(1, 1, true, "sum", "b1", 8, 3, 0, 0, false, -1, 0, 0);

    FlightReport report = new FlightTable(1, Map.of(0, List.of(open, queued))).report();

    assertThat(lines(report.brief()))
        .contains("0 under way 00:00:00.000000 8 sum (b0)", "0 queued 00:00:00.000000 8 sum (b1)");
  }

  @Test
  void brief_ofManyRanks_staysShort() {
    Map<Integer, List<RecordedCollective>> told =
        IntStream.range(0, 100)
            .boxed()
            .collect(Collectors.toMap(rank -> rank, rank -> List.of(collective(0, false, -1))));

    FlightReport report = new FlightTable(100, told).report();

    assertThat(lines(report.brief())).hasSize(1 + 16 + 1).endsWith("… and 84 ranks more");
    assertThat(lines(report.full())).hasSize(2 + 100);
  }

  /** As in a star: all wait for rank 0, which waits for the one that died. */
  @Test
  void brief_oneOfManyRanksDied_showsItFirstAndStaysShort() {
    int victim = 4000;
    Map<Integer, List<RecordedCollective>> told =
        IntStream.range(0, 4096)
            .filter(rank -> rank != victim)
            .boxed()
            .collect(
                Collectors.toMap(
                    rank -> rank, rank -> List.of(collective(1, false, rank == 0 ? victim : 0))));

    FlightReport report = new FlightTable(4096, told).report();

    assertThat(lines(report.brief()))
        .hasSize(1 + 16 + 1 + 2)
        .contains("4000 has not told")
        .endsWith(
            "… and 4080 ranks more",
            "rank 4000, which has not told, was awaited by rank 0",
            "rank 0 was awaited by ranks 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16"
                + " and 4078 more");
  }

  /** As in a ring, where each waits for its neighbour. */
  @Test
  void brief_eachOfManyWaitsForAnother_staysShort() {
    Map<Integer, List<RecordedCollective>> told =
        IntStream.range(0, 4096)
            .boxed()
            .collect(
                Collectors.toMap(
                    rank -> rank, rank -> List.of(collective(1, false, (rank + 1) % 4096))));

    assertThat(lines(new FlightTable(4096, told).report().brief())).hasSize(1 + 16 + 1 + 16);
  }

  @Test
  void reportOf_manyRanks_keepsTheLastFew() {
    List<RecordedCollective> recent =
        IntStream.range(0, 256).mapToObj(number -> collective(number, true, -1)).toList();

    assertThat(ControlMessage.Report.of(recent, 64).collectives()).isEqualTo(recent);
    assertThat(ControlMessage.Report.of(recent, 128).collectives())
        .isEqualTo(recent.subList(128, 256));
    assertThat(ControlMessage.Report.of(recent, 1 << 20).collectives())
        .isEqualTo(recent.subList(248, 256));
    assertThat(ControlMessage.Report.of(recent.subList(0, 3), 4096).collectives()).hasSize(3);
  }

  /** Rank 1's clock is a minute ahead. */
  @Test
  void full_clocksThatDiffer_putsWhatBelongsTogetherOneBelowTheOther() {
    long ahead = 60 * SECOND;
    List<RecordedCollective> mine = List.of(collective(0, true, -1), collective(1, true, -1));
    List<RecordedCollective> theirs =
        mine.stream()
            .map(
                each ->
                    new RecordedCollective(
                        1,
                        each.sequence(),
                        false,
                        "sum",
                        each.tag(),
                        8,
                        each.issued() + ahead,
                        each.started() + ahead,
                        each.ended() + ahead,
                        true,
                        -1,
                        0,
                        0))
            .toList();

    FlightReport report = new FlightTable(2, Map.of(0, mine, 1, theirs)).report();

    assertThat(lines(report.full()).subList(2, 6))
        .extracting(line -> line.charAt(0) + line.substring(line.lastIndexOf(' ')))
        .containsExactly("0 (bn0)", "1 (bn0)", "0 (bn1)", "1 (bn1)");
  }
}
