package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Work;
import org.lockstep.transport.Placement;

/** What the ranks are told when one of them does not do as the others. */
@Timeout(60)
class FailureTest {
  private static final OpTag FORWARD = new OpTag(3, "bn1", Phase.FORWARD);
  private static final OpTag BACKWARD = new OpTag(3, "bn2", Phase.BACKWARD);
  private static final OpTag BUCKET = new OpTag(3, "bucket0", Phase.GRADIENT);
  private static final String DONE = "done";
  private static final Duration SHORT = Duration.ofMillis(700);

  /** How the ranks fare in whose place {@code body} acts; every one of them must fail. */
  private static List<String> messages(
      Ranks ranks, int worldSize, Duration timeout, Ranks.Body<String> body) throws Exception {
    List<Object> outcomes = ranks.attempt(worldSize, timeout, body);
    assertThat(outcomes).allMatch(CommunicationException.class::isInstance);
    return outcomes.stream().map(outcome -> ((Exception) outcome).getMessage()).toList();
  }

  private static String sum(Communicator communicator, int length, OpTag tag) {
    communicator.allReduce(new double[length], length, ReduceOp.SUM, tag);
    return DONE;
  }

  private static String gradients(Communicator communicator, int length) {
    communicator.allReduceAsync(new float[length], 0, length, BUCKET).await(communicator.timeout());
    return DONE;
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduce_anotherTag_bothAreToldWhatEachDid(Ranks ranks) throws Exception {
    List<String> messages =
        messages(
            ranks, 2, Ranks.TIMEOUT, rank -> sum(rank, 8, rank.rank() == 0 ? FORWARD : BACKWARD));
    assertThat(messages)
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains("allReduce SUM of 8 doubles (bn1 forward of step 3)")
                    .contains("allReduce SUM of 8 doubles (bn2 backward of step 3)"));
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduce_anotherLength_allAreToldWhatEachDid(Ranks ranks) throws Exception {
    List<String> messages =
        messages(ranks, 5, Ranks.TIMEOUT, rank -> sum(rank, rank.rank() == 3 ? 9 : 8, FORWARD));
    assertThat(messages)
        .allSatisfy(message -> assertThat(message).contains("of 8 doubles", "of 9 doubles"));
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduce_whilePeerReducesGradients_bothAreToldWhatEachDid(Ranks ranks) throws Exception {
    List<String> messages =
        messages(
            ranks,
            2,
            Ranks.TIMEOUT,
            rank -> rank.rank() == 0 ? sum(rank, 8, FORWARD) : gradients(rank, 100));
    assertThat(messages)
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains("of 8 doubles (bn1 forward of step 3)")
                    .contains("of 100 floats (bucket0 gradient of step 3)"));
  }

  /** Ranks whose buckets come in different orders are told, not given each other's sums. */
  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduceAsync_bucketsInAnotherOrder_bothAreToldWhatEachDid(Ranks ranks) throws Exception {
    List<String> messages =
        messages(
            ranks,
            2,
            Ranks.TIMEOUT,
            rank -> {
              float[] values = new float[100];
              OpTag first = new OpTag(3, "bucket" + rank.rank(), Phase.GRADIENT);
              OpTag second = new OpTag(3, "bucket" + (1 - rank.rank()), Phase.GRADIENT);
              Work work = rank.allReduceAsync(values, 0, 100, first);
              rank.allReduceAsync(new float[100], 0, 100, second);
              work.await(rank.timeout());
              return DONE;
            });
    assertThat(messages)
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains("(bucket0 gradient of step 3)", "(bucket1 gradient of step 3)"));
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduce_rankNeverComes_allAreToldWhichAndWhatItDidLast(Ranks ranks) throws Exception {
    CountDownLatch others = new CountDownLatch(3);
    List<Object> outcomes =
        ranks.attempt(
            4,
            SHORT,
            rank -> {
              sum(rank, 8, FORWARD);
              if (rank.rank() == 2) {
                others.await();
                return DONE;
              }
              try {
                return sum(rank, 8, BACKWARD);
              } finally {
                others.countDown();
              }
            });
    for (int rank : new int[] {0, 1, 3}) {
      assertThat((Throwable) outcomes.get(rank))
          .isInstanceOf(CommunicationException.class)
          .hasMessageContaining("rank 2 (127.0.0.1:")
          .hasMessageContaining("has not come, it was last in allReduce SUM of 8 doubles (bn1")
          .hasMessageContaining("bn2 backward of step 3")
          .hasMessageNotContaining("rank 1 (127");
    }
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduceAsync_rankNeverComes_awaitNamesIt(Ranks ranks) throws Exception {
    CountDownLatch other = new CountDownLatch(1);
    List<Object> outcomes =
        ranks.attempt(
            2,
            SHORT,
            rank -> {
              if (rank.rank() == 1) {
                other.await();
                return DONE;
              }
              try {
                return gradients(rank, 100);
              } finally {
                other.countDown();
              }
            });
    assertThat((Throwable) outcomes.get(0))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 1 (127.0.0.1:")
        .hasMessageContaining("has not begun any collective")
        .hasMessageContaining("100 floats (bucket0 gradient of step 3)");
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void await_shorterThanTheCommunicatorsTimeout_failsWhenItIsOver(Ranks ranks) throws Exception {
    CountDownLatch other = new CountDownLatch(1);
    List<Object> outcomes =
        ranks.attempt(
            2,
            Ranks.TIMEOUT,
            rank -> {
              if (rank.rank() == 1) {
                other.await();
                return DONE;
              }
              try {
                rank.allReduceAsync(new float[1], 0, 1, BUCKET).await(Duration.ofMillis(50));
                return DONE;
              } finally {
                other.countDown();
              }
            });
    assertThat((Throwable) outcomes.get(0))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 1 (127.0.0.1:");
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void await_whenInterrupted_endsTheGroup(Ranks ranks) throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    List<String> messages =
        messages(
            ranks,
            2,
            Ranks.TIMEOUT,
            rank -> {
              sum(rank, 1, FORWARD); // now both are connected
              if (rank.rank() == 1) {
                interrupted.await();
                return sum(rank, 1, BACKWARD);
              }
              Work work = rank.allReduceAsync(new float[1], 0, 1, BUCKET);
              Thread.currentThread().interrupt();
              try {
                work.await(rank.timeout());
                return DONE;
              } finally {
                assertThat(Thread.interrupted()).isTrue();
                interrupted.countDown();
              }
            });
    assertThat(messages).allSatisfy(message -> assertThat(message).contains("was interrupted"));
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduce_rankHasClosed_allAreToldWhich(Ranks ranks) throws Exception {
    List<Object> outcomes =
        ranks.attempt(4, Ranks.TIMEOUT, rank -> rank.rank() == 3 ? DONE : sum(rank, 1, FORWARD));
    for (int rank = 0; rank < 3; rank++) {
      assertThat((Throwable) outcomes.get(rank))
          .isInstanceOf(CommunicationException.class)
          .hasMessageContaining("rank 3 (127.0.0.1:")
          .hasMessageContaining("closed");
    }
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduceAsync_rankHasClosed_isToldWhich(Ranks ranks) throws Exception {
    List<Object> outcomes =
        ranks.attempt(2, Ranks.TIMEOUT, rank -> rank.rank() == 1 ? DONE : gradients(rank, 100_000));
    assertThat((Throwable) outcomes.get(0))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 1 (127.0.0.1:");
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void close_whilePeersAreStillInTheLastCollective_doesNotDisturbThem(Ranks ranks)
      throws Exception {
    for (int round = 0; round < 5; round++) {
      List<Object> outcomes =
          ranks.attempt(
              5,
              Ranks.TIMEOUT,
              rank -> {
                sum(rank, 5000, FORWARD);
                gradients(rank, 100_000);
                return DONE;
              });
      assertThat(outcomes).containsOnly(DONE);
    }
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void abort_byAnotherThread_wakesTheWaitingRankAndItsPeers(Ranks ranks) throws Exception {
    CountDownLatch failed = new CountDownLatch(2);
    List<Object> outcomes =
        ranks.attempt(
            3,
            Ranks.TIMEOUT,
            rank -> {
              try {
                sum(rank, 1, FORWARD); // now all are connected
                if (rank.rank() == 2) {
                  failed.await(); // never comes, so only the abort can end the others' wait
                  return DONE;
                }
                if (rank.rank() == 0) {
                  new Thread(() -> rank.abort("the driver said stop")).start();
                }
                return sum(rank, 1, BACKWARD);
              } finally {
                failed.countDown();
              }
            });
    for (int rank = 0; rank < 2; rank++) {
      assertThat((Throwable) outcomes.get(rank))
          .isInstanceOf(CommunicationException.class)
          .hasMessageContaining("the driver said stop");
    }
  }

  @Test
  void allReduce_afterAFailure_failsAtOnceWithTheFirstReason() throws Exception {
    new Ranks(Placement.SOCKETS, false)
        .run(
            1,
            rank -> {
              rank.abort("first");
              rank.abort("second");
              assertThatThrownBy(() -> sum(rank, 1, FORWARD))
                  .isInstanceOf(CommunicationException.class)
                  .hasMessageContaining("first");
              return DONE;
            });
  }
}
