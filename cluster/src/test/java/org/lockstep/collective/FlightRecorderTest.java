package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.transport.RecordedCollective;

/** What a rank remembers of its collectives. */
@Timeout(60)
class FlightRecorderTest {
  private static final int KEPT = 256;

  private static OpTag step(long step) {
    return new OpTag(step, "bn1", Phase.FORWARD);
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void recent_afterManyCollectivesInTwoGroups_isTheLastOfBothInOrder(Ranks ranks) throws Exception {
    int steps = 200;
    List<List<RecordedCollective>> recorded =
        ranks.run(
            4,
            rank -> {
              Communicator pair = rank.subgroup(2);
              for (int step = 0; step < steps; step++) {
                pair.allReduce(new double[5], 5, ReduceOp.SUM, step(step));
                rank.allReduceAsync(new float[7], 0, 7, step(step)).await(rank.timeout());
              }
              return rank.recorder().recent();
            });
    for (List<RecordedCollective> mine : recorded) {
      assertThat(mine).hasSize(KEPT).allMatch(RecordedCollective::done);
      for (int i = 0; i < KEPT; i++) {
        int step = steps - KEPT / 2 + i / 2;
        RecordedCollective collective = mine.get(i);
        assertThat(collective.tag()).isEqualTo("bn1 forward of step " + step);
        assertThat(collective.sequence()).isEqualTo(step);
        assertThat(collective.overlaps()).isEqualTo(i % 2 == 1);
        assertThat(collective.action())
            .isEqualTo("allReduce SUM of " + (i % 2 == 0 ? "5 doubles" : "7 floats"));
        assertThat(collective.bytes()).isEqualTo(i % 2 == 0 ? 5 * 8 : 7 * 4);
        assertThat(collective.started()).isBetween(collective.issued(), collective.ended());
        assertThat(collective.waited()).isBetween(0L, collective.ended() - collective.started());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void recent_peerCameLater_namesItAndTheWait(Ranks ranks) throws Exception {
    CyclicBarrier bothThere = new CyclicBarrier(2);
    CountDownLatch oneWaits = new CountDownLatch(1);
    List<RecordedCollective> recorded =
        ranks.run(
            2,
            rank -> {
              bothThere.await();
              if (rank.rank() == 1) {
                oneWaits.await();
              } else {
                Thread waiting = Thread.currentThread();
                new Thread(
                        () -> {
                          while (last(rank).peer() < 0 && waiting.isAlive()) {
                            Thread.onSpinWait();
                          }
                          oneWaits.countDown();
                        })
                    .start();
              }
              rank.allReduce(new double[1], 1, ReduceOp.SUM, step(0));
              return last(rank);
            });
    RecordedCollective waited = recorded.get(0);
    assertThat(waited.peer()).isEqualTo(1);
    assertThat(waited.peerSince()).isBetween(waited.started(), waited.ended());
    assertThat(waited.waited()).isPositive();
    assertThat(waited.ended()).isGreaterThan(recorded.get(1).issued());
  }

  private static RecordedCollective last(NettyCommunicator rank) {
    List<RecordedCollective> recent = rank.recorder().recent();
    return recent.isEmpty()
        ? new RecordedCollective(0, 0, false, "", "", 0, 0, 0, 0, false, -1, 0, 0)
        : recent.get(recent.size() - 1);
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void recent_afterAFailure_saysWhatWasNotDoneAndWhoWasMissing(Ranks ranks) throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    List<Object> recorded =
        ranks.attempt(
            2,
            Duration.ofMillis(300),
            rank -> {
              rank.allReduce(new double[1], 1, ReduceOp.SUM, step(0));
              if (rank.rank() == 1) {
                failed.await();
                return rank.recorder().recent();
              }
              try {
                rank.allReduce(new double[1], 1, ReduceOp.SUM, step(1));
              } catch (CommunicationException e) {
                return rank.recorder().recent();
              } finally {
                failed.countDown();
              }
              return List.of();
            });
    assertThat(recorded.get(0))
        .asInstanceOf(InstanceOfAssertFactories.list(RecordedCollective.class))
        .satisfiesExactly(
            first -> assertThat(first.done()).isTrue(),
            second -> {
              assertThat(second.done()).isFalse();
              assertThat(second.ended()).isGreaterThan(second.issued());
              assertThat(second.peer()).isEqualTo(1);
              assertThat(second.waited()).isBetween(1L, second.ended() - second.peerSince());
            });
    assertThat((List<?>) recorded.get(1)).hasSize(1);
  }
}
