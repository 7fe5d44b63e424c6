package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.rendezvous.ClusterException;

/** Real worker processes, healthy and killed. */
@Timeout(120)
class LocalClusterIT {
  @TempDir Path logs;

  @AfterEach
  void noProcessIsLeft() {
    await().until(() -> ProcessHandle.current().children().noneMatch(ProcessHandle::isAlive));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void run_severalTimes_givesEveryRanksResult(int workers) {
    try (LocalCluster cluster = LocalCluster.start(LocalClusterOptions.of(workers, logs))) {
      for (int factor = 1; factor <= 2; factor++) {
        double sum = factor * workers * (workers - 1) / 2.0;
        List<RankSum.Begun> events = new ArrayList<>();

        assertThat(cluster.run(new RankSum(factor), events::add))
            .isEqualTo(IntStream.range(0, workers).mapToObj(r -> new RankSum.Sum(r, sum)).toList());
        assertThat(events).containsExactly(new RankSum.Begun(0));
      }
    }
  }

  @Test
  void close_twice_leavesNoWorkerAndKeepsTheLogs() {
    LocalCluster cluster = LocalCluster.start(LocalClusterOptions.of(2, logs));
    List<Long> pids = cluster.pids();
    cluster.close();
    cluster.close();

    assertThat(pids).hasSize(2).noneMatch(Processes::isAlive);
    assertThat(logs.resolve("rank-1.log")).exists();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void run_workerKilled_namesItAndItsSignalAndLog(int victim) {
    LocalCluster cluster = LocalCluster.start(LocalClusterOptions.of(3, logs));
    long pid = cluster.pids().get(victim);

    assertThatThrownBy(
            () -> cluster.run(new Endless(false), begun -> Processes.signal("KILL", pid)))
        .isInstanceOf(ClusterException.class)
        .hasMessage(
            "worker %d of 3 (pid %d) was killed by signal 9 during Endless; its log: %s",
            victim, pid, logs.resolve("rank-" + victim + ".log"));
    assertThat(cluster.pids()).noneMatch(Processes::isAlive);
  }

  /**
   * Of three ranks on a crowded host the last waits for rank 0, which waits for the dead one and
   * tells of it before or after it is told to stop.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void run_workerKilledWhileOthersWait_showsWhoWaitedForWhom(int victim) {
    LocalCluster cluster = LocalCluster.start(LocalClusterOptions.of(3, logs));
    long pid = cluster.pids().get(victim);

    assertThatThrownBy(
            () -> cluster.run(new WaitingForOne(victim), waiting -> Processes.signal("KILL", pid)))
        .asInstanceOf(InstanceOfAssertFactories.type(ClusterException.class))
        .extracting(ClusterException::report)
        .satisfies(
            report ->
                assertThat(report.brief())
                    .containsPattern(
                        " 0 +done .* allReduce SUM of 1 doubles .begin control of step 0")
                    .containsPattern(
                        " 0 +(failed|under way) .* rank %d at .* .missed control of step 1"
                            .formatted(victim))
                    .containsPattern(victim + " +has not told")
                    .containsPattern(
                        "rank %d, which has not told, was awaited by ranks? 0".formatted(victim)))
        .satisfies(
            report ->
                assertThat(report.full().lines().filter(line -> line.contains("of step 0")))
                    .hasSize(2));
  }

  @Test
  void run_workerSuspended_isNoticedByItsSilence() {
    LocalClusterOptions options =
        LocalClusterOptions.of(2, logs).withSilence(Duration.ofSeconds(2));
    LocalCluster cluster = LocalCluster.start(options);
    long pid = cluster.pids().get(1);

    assertThatThrownBy(
            () -> cluster.run(new Endless(false), begun -> Processes.signal("STOP", pid)))
        .hasMessageContaining("worker 1 of 2 (pid " + pid)
        .hasMessageContaining("no heartbeat for 2.0 s");
    assertThat(cluster.pids()).noneMatch(Processes::isAlive);
  }

  @Test
  void run_taskThrowsOnOneRank_givesItsMessage() {
    LocalCluster cluster = LocalCluster.start(LocalClusterOptions.of(3, logs));
    String message = "train-images: expected 47040016 bytes, found 100";

    assertThatThrownBy(() -> cluster.run(new Throwing(2, message), event -> {}))
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith("worker 2 of 3 (pid " + cluster.pids().get(2))
        .hasMessageEndingWith("failed during Throwing: " + message);
    assertThat(cluster.pids()).noneMatch(Processes::isAlive);
    assertThat(logs.resolve("rank-2.log")).content().contains(message);
  }

  @Test
  void run_taskThatHearsNothing_isKilledOnFailure() {
    LocalCluster cluster = LocalCluster.start(LocalClusterOptions.of(2, logs));

    assertThatThrownBy(
            () ->
                cluster.run(
                    new Endless(true),
                    begun -> {
                      throw new IllegalStateException("cannot show " + begun);
                    }))
        .hasMessage("cannot show begun");
    assertThat(cluster.pids()).noneMatch(Processes::isAlive);
  }

  @Test
  void start_workersThatExitAtOnce_saysWhichAndWhere() {
    LocalClusterOptions options =
        LocalClusterOptions.of(2, logs).withJvmFlags(List.of("-XX:NoSuchFlag=1"));

    assertThatThrownBy(() -> LocalCluster.start(options))
        .isInstanceOf(ClusterException.class)
        .hasMessageMatching(
            "worker [01] of 2 \\(pid \\d+\\) exited with code 1 before all workers had joined;"
                + " its log: .*rank-[01].log");
  }

  @Test
  void start_workerThatNeverComes_saysWhichAndWhere() {
    LocalClusterOptions options =
        LocalClusterOptions.of(2, logs).withTimeout(Duration.ofSeconds(4));
    CompletableFuture<LocalCluster> starting =
        CompletableFuture.supplyAsync(() -> LocalCluster.start(options));
    await().pollInterval(Duration.ofMillis(5)).until(() -> children().size() == 2);
    Processes.signal("STOP", children().get(1));

    assertThat(starting)
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .withMessageContaining("worker 1 of 2 did not join")
        .withMessageContaining("within 4.0 s")
        .withMessageContaining(logs.resolve("rank-1.log").toString());
  }

  @Test
  void start_portInUse_saysWhichAndStartsNothing() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalClusterOptions options = LocalClusterOptions.of(2, logs).withPort(taken.getLocalPort());

      assertThatThrownBy(() -> LocalCluster.start(options))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("port " + taken.getLocalPort());
      assertThat(logs).isEmptyDirectory();
    }
  }

  private static List<Long> children() {
    return ProcessHandle.current()
        .children()
        .map(ProcessHandle::pid)
        .sorted(Comparator.naturalOrder())
        .toList();
  }
}
