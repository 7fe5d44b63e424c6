package org.lockstep.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.rendezvous.TestJob.LONG;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;

/** A coordinator and members that run tasks together. */
@Timeout(60)
class JobTest {
  private static final OpTag TAG = new OpTag(0, "test", Phase.CONTROL);

  private TestJob job = new TestJob(1);

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void run_twoTasks_givesResultsInRankOrder() throws Exception {
    int worldSize = 3;
    restart(new TestJob(worldSize));
    List<CompletableFuture<Void>> members =
        job.members(
            (task, json, ranks, events) -> {
              double[] sum = {Double.parseDouble(json) + ranks.rank()};
              ranks.allReduce(sum, 1, ReduceOp.SUM, TAG);
              events.accept(task + " on " + ranks.rank());
              return ranks.rank() + ": " + sum[0];
            });

    for (int offset = 0; offset < 2; offset++) {
      double sum = worldSize * offset + worldSize * (worldSize - 1) / 2.0;
      List<String> heard = new ArrayList<>();
      assertThat(job.coordinator.run("Sum", String.valueOf(offset), heard::add))
          .containsExactlyElementsOf(
              IntStream.range(0, worldSize).mapToObj(rank -> rank + ": " + sum).toList());
      assertThat(heard).hasSize(worldSize);
    }
    job.coordinator.close();
    assertThat(members).allSatisfy(member -> assertThat(member).succeedsWithin(LONG));
  }

  @Test
  void run_taskThrows_namesTheWorkerAndStopsTheOthers() throws Exception {
    restart(new TestJob(3));
    List<CompletableFuture<Void>> members =
        job.members(
            (task, json, ranks, events) -> {
              if (ranks.rank() == 1) {
                throw new IllegalArgumentException("a bad file");
              }
              ranks.barrier(TAG);
              return "";
            });

    assertThatThrownBy(() -> job.coordinator.run("org.example.Task", "{}", event -> {}))
        .isInstanceOf(ClusterException.class)
        .hasMessageMatching(
            "worker 1 of 3 \\(pid \\d+ on 127.0.0.1\\) failed during Task: a bad file")
        .extracting(e -> ((ClusterException) e).detail())
        .asString()
        .contains("JobTest");
    assertThat(members)
        .allSatisfy(
            member ->
                assertThat(member)
                    .failsWithin(LONG)
                    .withThrowableThat()
                    .withMessageContaining("a bad file"));
  }

  @Test
  void run_afterAFailure_throwsTheSameAgain() throws Exception {
    job.members(
        (task, json, ranks, events) -> {
          throw new IllegalArgumentException("once");
        });

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> job.coordinator.run("Task", "", event -> {}))
          .hasMessageContaining("once");
    }
  }

  @Test
  void run_listenerThrows_stopsTheMembers() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<Void> member =
        job.members(
                (task, json, ranks, events) -> {
                  events.accept("event");
                  never.await();
                  return "";
                })
            .get(0);

    assertThatThrownBy(
            () ->
                job.coordinator.run(
                    "Task",
                    "",
                    event -> {
                      throw new IllegalStateException("cannot show " + event);
                    }))
        .hasMessage("cannot show event");
    assertThat(member).failsWithin(LONG).withThrowableThat().withMessageContaining("gave up");
  }

  @Test
  void serve_taskThatDoesNotStop_endsAllTheSame() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<Void> member =
        job.members(
                (task, json, ranks, events) -> {
                  events.accept("begun");
                  while (never.getCount() > 0) {
                    Thread.onSpinWait();
                  }
                  return "";
                })
            .get(0);
    assertThatThrownBy(
            () ->
                job.coordinator.run(
                    "Task",
                    "",
                    event ->
                        job.coordinator.fail(new Failure(0, Failure.Cause.EXIT, "the end", ""))))
        .hasMessage("the end");

    assertThat(member).failsWithin(LONG).withThrowableThat().withMessageContaining("the end");
    never.countDown();
  }

  @Test
  void run_longerThanTheHeartbeatBound_isNotTakenForADeath() throws Exception {
    Duration silence = Duration.ofSeconds(1);
    restart(new TestJob(1, LONG, silence));
    CountDownLatch never = new CountDownLatch(1);
    job.members(
        (task, json, ranks, events) ->
            String.valueOf(never.await(3 * silence.toMillis(), TimeUnit.MILLISECONDS)));

    assertThat(job.coordinator.run("Task", "", event -> {})).containsExactly("false");
  }

  private void restart(TestJob other) {
    job.close();
    job = other;
  }
}
