package org.lockstep.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.lockstep.rendezvous.TestJob.LONG;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Tls;

/** How ranks come and go. */
@Timeout(60)
class CoordinatorTest {
  private TestJob job = new TestJob(1);

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void awaitMembers_someNeverCome_namesThem() {
    restart(new TestJob(4, Duration.ofMillis(300), LONG));
    job.raw().send(new ControlMessage.Join(1, 1, new Peer("127.0.0.1", 1)));
    await().until(() -> !job.coordinator.missing().contains(1));

    assertThatThrownBy(job.coordinator::awaitMembers)
        .isInstanceOf(ClusterException.class)
        .hasMessageMatching("workers 0, 2, 3 of 4 did not join the coordinator at .* within 0.3 s");
  }

  @Test
  void awaitMembers_failureBefore_throwsItAtOnce() {
    restart(new TestJob(2));
    job.coordinator.fail(new Failure(1, Failure.Cause.EXIT, "worker 1 of 2 exited", ""));

    assertThatThrownBy(job.coordinator::awaitMembers).hasMessage("worker 1 of 2 exited");
  }

  @Test
  void serve_withAnotherToken_isRefused() {
    JobKey wrong = new JobKey(JobToken.random(), job.key.attempt());

    assertThat(job.member(0, wrong, (task, json, ranks, events) -> json))
        .failsWithin(LONG)
        .withThrowableThat()
        .withMessageContaining("is it of another job?");
  }

  @Test
  void join_ofARankThatIsTaken_isRefused() throws Exception {
    restart(new TestJob(2));
    RawMember first = job.raw();
    first.send(new ControlMessage.Join(0, 1, new Peer("127.0.0.1", 1)));
    first.send(new ControlMessage.Join(0, 2, new Peer("127.0.0.1", 1)));

    assertThat(first.heard.take())
        .isEqualTo(
            new ControlMessage.Abort("rank 0 is taken by worker 0 of 2 (pid 1 on 127.0.0.1)"));
  }

  @Test
  void join_ofARankBeyondTheWorld_isRefused() {
    assertThat(job.member(1, job.key, (task, json, ranks, events) -> json))
        .failsWithin(LONG)
        .withThrowableThat()
        .withMessageContaining("there is no rank 1 among 1 workers");
  }

  @Test
  void join_repeated_isAnsweredAgain() throws Exception {
    Peer peer = new Peer("127.0.0.1", 1);
    RawMember member = job.raw();

    for (int attempt = 0; attempt < 2; attempt++) {
      member.send(new ControlMessage.Join(0, 1, peer));
      assertThat(member.heard.take()).isEqualTo(new ControlMessage.Welcome(List.of(peer)));
    }
    job.coordinator.awaitMembers();
  }

  @Test
  void join_againOverANewConnection_replacesTheOldOne() throws Exception {
    restart(new TestJob(2));
    ControlMessage.Join join = new ControlMessage.Join(0, 1, new Peer("127.0.0.1", 1));
    RawMember broken = job.raw();
    broken.send(join);
    await().until(() -> job.coordinator.missing().equals(List.of(1)));
    RawMember again = job.raw();
    again.send(join);
    broken.close();
    job.member(1, job.key, (task, json, ranks, events) -> json);

    assertThat(again.heard.take()).isInstanceOf(ControlMessage.Welcome.class);
    job.coordinator.awaitMembers();
  }

  @Test
  void run_memberLeaves_namesIt() throws Exception {
    RawMember member = job.raw();
    member.send(new ControlMessage.Join(0, 77, new Peer("127.0.0.1", 1)));
    job.coordinator.awaitMembers();
    assertThat(member.heard.take()).isInstanceOf(ControlMessage.Welcome.class);
    member.close();

    assertThatThrownBy(() -> job.coordinator.run("Task", "", event -> {}))
        .hasMessageStartingWith("worker 0 of 1 (pid 77 on 127.0.0.1) left ");
  }

  @Test
  void run_memberWithoutHeartbeat_namesIt() throws Exception {
    restart(new TestJob(1, LONG, Duration.ofMillis(200)));
    job.raw().send(new ControlMessage.Join(0, 77, new Peer("127.0.0.1", 1)));

    assertThatThrownBy(
            () -> {
              job.coordinator.awaitMembers();
              job.coordinator.run("Task", "", event -> {});
            })
        .hasMessage("worker 0 of 1 (pid 77 on 127.0.0.1) has sent no heartbeat for 0.2 s");
  }

  @Test
  void message_beforeTheJoin_closesTheConnection() throws Exception {
    RawMember stranger = job.raw();
    stranger.send(new ControlMessage.Done("{}"));

    assertThat(stranger.closed).succeedsWithin(LONG);
  }

  @Test
  void start_portInUse_saysSo() {
    InetSocketAddress taken = job.coordinator.address();

    assertThatThrownBy(
            () ->
                Coordinator.start(
                    new CoordinatorOptions(1, taken, job.key, Tls.none(), LONG, LONG)))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("port " + taken.getPort());
  }

  private void restart(TestJob other) {
    job.close();
    job = other;
  }
}
