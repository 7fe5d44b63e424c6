package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;
import org.lockstep.transport.Placement;

/**
 * What each algorithm sends, no message more than it says; and what is counted: the same in memory
 * as over sockets.
 */
@Timeout(60)
class TrafficOfCollectivesTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);
  private static final int HEADER = 44;
  private static final int LENGTH = 10;
  private static final long DOUBLES = HEADER + LENGTH * Double.BYTES;
  private static final long FLOATS = HEADER + LENGTH * Float.BYTES;

  /** What each rank has sent after {@code collective}. */
  private static List<Long> sent(Ranks ranks, int p, Collective collective) throws Exception {
    return ranks.run(
        p,
        communicator -> {
          collective.run(communicator);
          return communicator.traffic().bytesSent();
        });
  }

  private interface Collective {
    void run(Communicator communicator);
  }

  private static void sum(Communicator communicator) {
    communicator.allReduce(new double[LENGTH], LENGTH, ReduceOp.SUM, TAG);
  }

  private static void sumGradients(Communicator communicator, int length) {
    communicator.allReduceAsync(new float[length], 0, length, TAG).await(Ranks.TIMEOUT);
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void allReduce_ofFourRanks_sendsTwiceEachByRecursiveDoubling(Placement placement)
      throws Exception {
    assertThat(sent(new Ranks(placement, false), 4, TrafficOfCollectivesTest::sum))
        .containsOnly(2 * DOUBLES);
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void allReduce_onACrowdedHost_goesThroughRankZero(Placement placement) throws Exception {
    assertThat(sent(new Ranks(placement, true), 4, TrafficOfCollectivesTest::sum))
        .containsExactly(3 * DOUBLES, DOUBLES, DOUBLES, DOUBLES);
  }

  /** Each rank sends 2(p - 1) chunks to its neighbour. */
  @ParameterizedTest
  @EnumSource(Placement.class)
  void allReduceAsync_aroundTheRing_sendsTwiceTheVectorLessAChunk(Placement placement)
      throws Exception {
    assertThat(sent(new Ranks(placement, false), 3, rank -> sumGradients(rank, 3 * LENGTH)))
        .containsOnly(4 * FLOATS);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8})
  void broadcast_fromAnyRank_sendsToEachOtherRankOnce(int p) throws Exception {
    List<Long> sent =
        sent(
            new Ranks(Placement.PAIRS, false),
            p,
            rank -> rank.broadcast(new float[LENGTH], 0, LENGTH, p - 1, TAG));
    assertThat(sent.stream().mapToLong(Long::longValue).sum()).isEqualTo((p - 1) * FLOATS);
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void traffic_ofASubgroup_countsForTheWholeToo(Placement placement) throws Exception {
    List<Traffic> results =
        new Ranks(placement, false)
            .run(
                2,
                communicator -> {
                  sum(communicator.subgroup(2));
                  return communicator.traffic();
                });
    for (Traffic traffic : results) {
      assertThat(traffic.collectives()).isEqualTo(1);
      assertThat(traffic.bytesSent()).isEqualTo(DOUBLES);
    }
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void traffic_nanosWaited_isPartOfTheTimeThatPassed(Placement placement) throws Exception {
    new Ranks(placement, false)
        .run(
            2,
            communicator -> {
              long begin = System.nanoTime();
              sum(communicator);
              long waited = communicator.traffic().nanosWaited();
              assertThat(waited).isBetween(1L, System.nanoTime() - begin);
              sumGradients(communicator, LENGTH);
              assertThat(communicator.traffic().nanosWaited())
                  .isBetween(waited + 1, System.nanoTime() - begin);
              return waited;
            });
  }
}
