package org.lockstep.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class InProcessGroupTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);
  private static final Duration SHORT = Duration.ofMillis(50);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8})
  void allReduce_ofEveryOp_reducesTheFirstElementsOnEveryRank(int p) {
    InProcessGroup.run(
        p,
        group -> {
          double rank = group.rank();
          double[] sum = {rank, 10 * rank, -1};
          group.allReduce(sum, 2, ReduceOp.SUM, TAG);
          double ranks = p * (p - 1) / 2.0;
          assertThat(sum).containsExactly(ranks, 10 * ranks, -1);

          double[] max = {rank, 1 - rank};
          group.allReduce(max, 2, ReduceOp.MAX, TAG);
          assertThat(max).containsExactly(p - 1, 1);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void allReduceAsync_severalUnderWay_eachSumsItsSegment(int p) {
    InProcessGroup.run(
        p,
        group -> {
          int rank = group.rank();
          float[] buffer = {rank, rank + 1, 100, 2 * rank};
          Work first = group.allReduceAsync(buffer, 0, 2, TAG);
          Work second = group.allReduceAsync(buffer, 3, 1, TAG);
          group.barrier(TAG);
          assertThat(second.isDone()).isTrue();
          second.await(group.timeout());
          first.await(group.timeout());
          float ranks = p * (p - 1) / 2f;
          assertThat(buffer).containsExactly(ranks, ranks + p, 100, 2 * ranks);
        });
  }

  @Test
  void allGather_ofThreeRanks_putsRanksInOrder() {
    InProcessGroup.run(
        3,
        group -> {
          double[] all = new double[6];
          group.allGather(new double[] {group.rank(), group.rank() + 0.5}, all, TAG);
          assertThat(all).containsExactly(0, 0.5, 1, 1.5, 2, 2.5);
          assertThatThrownBy(() -> group.allGather(new double[2], new double[5], TAG))
              .hasMessageContaining("3 x 2 values, found 5");
        });
  }

  @Test
  void broadcast_ofSegment_copiesTheRootsOnly() {
    InProcessGroup.run(
        3,
        group -> {
          float[] buffer = {group.rank(), group.rank() + 10, group.rank()};
          group.broadcast(buffer, 1, 1, 2, TAG);
          assertThat(buffer).containsExactly(group.rank(), 12, group.rank());
        });
  }

  @Test
  void subgroup_ofTwo_reducesNeighboursOnly() {
    InProcessGroup.run(
        6,
        group -> {
          Communicator pair = group.subgroup(2);
          assertThat(pair.rank()).isEqualTo(group.rank() % 2);
          assertThat(pair.worldSize()).isEqualTo(2);
          double[] sum = {group.rank()};
          pair.allReduce(sum, 1, ReduceOp.SUM, TAG);
          int lower = group.rank() - group.rank() % 2;
          assertThat(sum).containsExactly(lower + lower + 1);
          assertThatThrownBy(() -> group.subgroup(4))
              .hasMessageContaining("divides the 6 ranks, found 4");
        });
  }

  @Test
  void allReduce_withRankMissing_namesItOnAllOthers() {
    List<Communicator> ranks = InProcessGroup.of(3, SHORT);
    assertThatThrownBy(() -> ranks.get(1).allReduce(new double[7], 7, ReduceOp.MOMENTS, TAG))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 1 of 3")
        .hasMessageContaining("allReduce MOMENTS of 7 values for bn1 forward of step 3")
        .hasMessageContaining("missing after 50 ms: rank 0, rank 2");
    assertThatThrownBy(() -> ranks.get(0).barrier(TAG)).hasMessageContaining("missing");
  }

  @Test
  void allReduce_withDifferentCalls_tellsBothWhatEachDid() {
    ConcurrentHashMap<Integer, String> told = new ConcurrentHashMap<>();
    InProcessGroup.run(
        2,
        group -> {
          OpTag tag = new OpTag(3, "bn" + group.rank(), Phase.FORWARD);
          CommunicationException failure =
              catchThrowableOfType(
                  CommunicationException.class,
                  () -> group.allReduce(new double[4], 4, ReduceOp.SUM, tag));
          told.put(group.rank(), failure.getMessage());
        });
    assertThat(told.values())
        .hasSize(2)
        .allSatisfy(
            message ->
                assertThat(message).contains("for bn0 forward of step 3", "for bn1 forward"));
  }

  @Test
  void allReduce_withDifferentLengthOrOp_isRefused() {
    assertThatThrownBy(
            () ->
                InProcessGroup.run(
                    2,
                    group -> group.allReduce(new double[4], 3 + group.rank(), ReduceOp.SUM, TAG)))
        .hasMessageContaining("SUM of 3 values")
        .hasMessageContaining("SUM of 4 values");
    assertThatThrownBy(
            () ->
                InProcessGroup.run(
                    2,
                    group ->
                        group.allReduce(new double[4], 4, ReduceOp.values()[group.rank()], TAG)))
        .hasMessageContaining("allReduce SUM")
        .hasMessageContaining("allReduce MAX");
  }

  @Test
  void abort_whileOthersWait_failsThemWithTheReason() {
    assertThatThrownBy(
            () ->
                InProcessGroup.run(
                    4,
                    group -> {
                      Communicator pair = group.subgroup(2);
                      if (group.rank() == 3) {
                        group.abort("the disk is full");
                      }
                      pair.barrier(TAG);
                      group.barrier(TAG);
                    }))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("the disk is full");
  }

  @Test
  void close_beforeACollectiveOfTheOthers_failsThemAtOnce() {
    List<Communicator> ranks = InProcessGroup.of(2);
    ranks.get(1).close();
    assertThatThrownBy(() -> ranks.get(0).barrier(TAG))
        .hasMessageContaining("rank 1 closed its communicator");
    assertThatThrownBy(() -> ranks.get(1).barrier(TAG)).hasMessageContaining("is closed");
  }

  @Test
  void run_whenOneRankThrows_rethrowsItAndFailsTheOthers() {
    IOException cause = new IOException("no such file");
    assertThatThrownBy(
            () ->
                InProcessGroup.run(
                    3,
                    group -> {
                      if (group.rank() == 1) {
                        throw cause;
                      }
                      group.barrier(TAG);
                    }))
        .isInstanceOf(CompletionException.class)
        .hasCause(cause);
  }

  @Test
  void run_whenOneRankThrows_tellsTheOthersWhatItThrew() {
    ConcurrentHashMap<Integer, String> told = new ConcurrentHashMap<>();
    assertThatThrownBy(
            () ->
                InProcessGroup.run(
                    2,
                    group -> {
                      if (group.rank() == 1) {
                        throw new IllegalStateException("no more data");
                      }
                      try {
                        group.barrier(TAG);
                      } catch (CommunicationException e) {
                        told.put(0, e.getMessage());
                      }
                    }))
        .hasMessage("no more data");
    assertThat(told.get(0)).contains("rank 1 failed", "no more data");
  }

  @Test
  void run_whenOneRankReturnsEarly_failsTheOthers() {
    assertThatThrownBy(
            () ->
                InProcessGroup.run(
                    2,
                    group -> {
                      if (group.rank() == 0) {
                        group.barrier(TAG);
                      }
                    }))
        .hasMessageContaining("rank 1 closed its communicator and will not come");
  }

  @Test
  void run_whenInterrupted_endsTheRanksAndKeepsTheFlag() throws Exception {
    ConcurrentHashMap<Integer, String> told = new ConcurrentHashMap<>();
    CountDownLatch rankEnded = new CountDownLatch(1);
    boolean[] interrupted = {false};
    Thread caller =
        new Thread(
            () -> {
              assertThatThrownBy(
                      () -> InProcessGroup.run(2, rank -> waitAlone(rank, told, rankEnded)))
                  .isInstanceOf(CancellationException.class)
                  .hasMessageContaining("waiting for 2 ranks");
              interrupted[0] = Thread.currentThread().isInterrupted();
            });
    caller.start();
    caller.interrupt();
    caller.join();
    rankEnded.await();
    assertThat(interrupted[0]).isTrue();
    assertThat(told.get(0)).contains("the thread that waits for the ranks was interrupted");
  }

  /** Rank 0 waits for rank 1, which waits for rank 0's end. */
  private static void waitAlone(
      Communicator rank, ConcurrentHashMap<Integer, String> told, CountDownLatch rankEnded)
      throws InterruptedException {
    if (rank.rank() == 1) {
      rankEnded.await();
      return;
    }
    try {
      rank.barrier(TAG);
    } catch (CommunicationException e) {
      told.put(0, e.getMessage());
    }
    rankEnded.countDown();
  }

  @Test
  void abort_whileARankWaits_wakesIt() throws Exception {
    assertThat(toldWhileWaiting(other -> other.abort("the disk is full")))
        .contains("the disk is full");
  }

  @Test
  void close_whileARankWaits_wakesIt() throws Exception {
    assertThat(toldWhileWaiting(Communicator::close)).contains("rank 1 closed its communicator");
  }

  /** What rank 0 is told that waits in a barrier when rank 1 does {@code action}. */
  private static String toldWhileWaiting(Consumer<Communicator> action) throws Exception {
    List<Communicator> ranks = InProcessGroup.of(2);
    ConcurrentHashMap<Integer, String> told = new ConcurrentHashMap<>();
    Thread waiting =
        new Thread(
            () ->
                assertThatThrownBy(() -> ranks.get(0).barrier(TAG))
                    .satisfies(e -> told.put(0, e.getMessage())));
    waiting.start();
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    action.accept(ranks.get(1));
    waiting.join();
    return told.getOrDefault(0, "nothing");
  }

  @Test
  void allReduce_whenInterrupted_keepsTheFlagAndEndsTheGroup() {
    List<Communicator> ranks = InProcessGroup.of(2);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> ranks.get(0).barrier(TAG)).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> ranks.get(1).barrier(TAG))
        .hasMessageContaining("rank 0 was interrupted");
  }

  @Test
  void isDone_beforeTheOthersCome_isFalse() {
    List<Communicator> ranks = InProcessGroup.of(2);
    Work work = ranks.get(0).allReduceAsync(new float[1], 0, 1, TAG);
    assertThat(work.isDone()).isFalse();
    ranks.get(1).allReduceAsync(new float[1], 0, 1, TAG);
    assertThat(work.isDone()).isTrue();
  }

  @Test
  void isDone_afterAFailure_isTrue() {
    List<Communicator> ranks = InProcessGroup.of(2);
    Work work = ranks.get(0).allReduceAsync(new float[1], 0, 1, TAG);
    ranks.get(1).abort("the disk is full");
    assertThat(work.isDone()).isTrue();
  }

  @Test
  void traffic_nanosWaited_isPartOfTheTimeThatPassed() {
    long begin = System.nanoTime();
    Communicator solo = InProcessGroup.solo();
    solo.barrier(TAG);
    assertThat(solo.traffic().nanosWaited()).isBetween(0L, System.nanoTime() - begin);
  }

  @Test
  void traffic_ofSolo_countsCollectivesAndNoBytes() {
    Communicator solo = InProcessGroup.solo();
    double[] buffer = {1, 2, 3};
    solo.allReduce(buffer, 3, ReduceOp.SUM, TAG);
    solo.barrier(TAG);
    assertThat(buffer).containsExactly(1, 2, 3);
    assertThat(solo.traffic().collectives()).isEqualTo(2);
    assertThat(solo.traffic().bytesSent()).isZero();
  }

  @Test
  void allReduce_repeated_givesTheSameBits() {
    double[][] results = new double[2][];
    for (int run = 0; run < 2; run++) {
      double[][] byRank = new double[5][];
      InProcessGroup.run(
          5,
          group -> {
            double[] values = {Math.sin(group.rank() + 1.0) * Math.pow(10, group.rank())};
            group.allReduce(values, 1, ReduceOp.SUM, TAG);
            byRank[group.rank()] = values;
          });
      assertThat(Arrays.stream(byRank).map(v -> v[0]).distinct()).hasSize(1);
      results[run] = byRank[0];
    }
    assertThat(results[0]).containsExactly(results[1]);
  }
}
