package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;

/** What each algorithm sends, no message more than it says; and what is counted. */
@Timeout(60)
class TrafficOfCollectivesTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);
  private static final int HEADER = 36;
  private static final int LENGTH = 10;
  private static final long DOUBLES = HEADER + LENGTH * Double.BYTES;
  private static final long FLOATS = HEADER + LENGTH * Float.BYTES;

  /** What each rank has sent after {@code collective}. */
  private static List<Long> sent(int p, boolean crowded, Collective collective) throws Exception {
    return Ranks.run(
        p,
        crowded,
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

  @Test
  void allReduce_ofFourRanks_sendsTwiceEachByRecursiveDoubling() throws Exception {
    assertThat(sent(4, false, TrafficOfCollectivesTest::sum)).containsOnly(2 * DOUBLES);
  }

  @Test
  void allReduce_onACrowdedHost_goesThroughRankZero() throws Exception {
    assertThat(sent(4, true, TrafficOfCollectivesTest::sum))
        .containsExactly(3 * DOUBLES, DOUBLES, DOUBLES, DOUBLES);
  }

  /** Each rank sends 2(p - 1) chunks to its neighbour. */
  @Test
  void allReduceAsync_aroundTheRing_sendsTwiceTheVectorLessAChunk() throws Exception {
    assertThat(sent(3, false, rank -> sumGradients(rank, 3 * LENGTH))).containsOnly(4 * FLOATS);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8})
  void broadcast_fromAnyRank_sendsToEachOtherRankOnce(int p) throws Exception {
    List<Long> sent =
        sent(p, false, rank -> rank.broadcast(new float[LENGTH], 0, LENGTH, p - 1, TAG));
    assertThat(sent.stream().mapToLong(Long::longValue).sum()).isEqualTo((p - 1) * FLOATS);
  }

  @Test
  void traffic_ofASubgroup_countsForTheWholeToo() throws Exception {
    List<Traffic> results =
        Ranks.run(
            2,
            false,
            communicator -> {
              sum(communicator.subgroup(2));
              return communicator.traffic();
            });
    for (Traffic traffic : results) {
      assertThat(traffic.collectives()).isEqualTo(1);
      assertThat(traffic.bytesSent()).isEqualTo(DOUBLES);
    }
  }

  @Test
  void traffic_nanosWaited_isPartOfTheTimeThatPassed() throws Exception {
    Ranks.run(
        2,
        false,
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
