package org.lockstep.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;
import org.lockstep.collective.NettyCommunicator;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.transport.Endpoint;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Membership;
import org.lockstep.transport.Tls;

/** When faults strike; what they do to connections is for the matrix to show. */
@Timeout(60)
class FaultsTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final OpTag NEXT = new OpTag(4, "bn1", Phase.FORWARD);

  @TempDir Path directory;

  private static Faults throwing(String where) {
    return Faults.of(List.of(FaultSpec.parse("throw:rank=0" + where)), 0).orElseThrow();
  }

  private static void sum(Communicator ranks, OpTag tag) {
    ranks.allReduce(new double[1], 1, ReduceOp.SUM, tag);
  }

  @Test
  void of_faultsOfOtherRanks_isNothing() {
    assertThat(Faults.of(List.of(FaultSpec.parse("kill:rank=1")), 0)).isEmpty();
  }

  @Test
  void around_collectiveThatFits_strikesOnce() {
    Communicator alone = InProcessGroup.of(1).get(0);
    Communicator ranks = throwing(",step=4").around(alone);
    sum(ranks, TAG);
    assertThatThrownBy(() -> sum(ranks, NEXT))
        .hasMessage("the fault throw:rank=0,step=4 was asked for");
    assertThat(alone.traffic().collectives()).isEqualTo(1);
    sum(ranks, NEXT);
    assertThat(alone.traffic().collectives()).isEqualTo(2);
  }

  @Test
  void around_subgroup_strikesThere() {
    Communicator group = throwing("").around(InProcessGroup.of(1).get(0)).subgroup(1);
    assertThatThrownBy(() -> sum(group, TAG)).hasMessageContaining("was asked for");
  }

  @Test
  void around_store_strikesWhenTheFirstFileIsWritten() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("first", new byte[10]);
    files.put("manifest.json", new byte[10]);
    CheckpointStore store = CheckpointStores.open(directory.toString());
    CheckpointStore faulty = throwing(",at=checkpoint,step=7").around(store, 7);
    assertThatThrownBy(() -> faulty.write("step-00000007", files))
        .hasMessageContaining("was asked for");
    assertThat(Files.exists(directory.resolve("step-00000007"))).isFalse();

    assertThat(faulty.write("step-00000007", files)).isTrue();
    assertThat(store.read("step-00000007", "first")).hasSize(10);
  }

  @Test
  void reached_delay_holdsTheRankUntilThatIsInterrupted() throws Exception {
    Faults faults =
        Faults.of(List.of(FaultSpec.parse("delay:3600s,rank=0,at=rendezvous")), 0).orElseThrow();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread rank =
        new Thread(
            () -> {
              faults.reached(FaultPoint.RENDEZVOUS, 0);
              interrupted.set(Thread.interrupted());
            });
    rank.start();
    await().until(() -> rank.getState() == Thread.State.TIMED_WAITING);
    rank.interrupt();
    rank.join();
    assertThat(interrupted).isTrue();
  }

  /** On either lane, though the fault strikes on the thread that sends. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void around_throwInTheMiddle_isThrownByThatRankAndToldToTheOther(boolean gradients)
      throws Exception {
    Faults faults = throwing(",at=middle");
    List<Endpoint> endpoints =
        List.of(Endpoint.bind(HERE, Tls.none(), faults.wire()), Endpoint.bind(HERE, Tls.none()));
    JobKey key = new JobKey(JobToken.random(), 0);
    List<InetSocketAddress> peers = endpoints.stream().map(Endpoint::address).toList();
    List<CompletableFuture<@Nullable Throwable>> ends = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      Endpoint endpoint = endpoints.get(rank);
      Membership membership = new Membership(rank, peers, key, Duration.ofMinutes(10));
      ends.add(
          CompletableFuture.supplyAsync(
              () -> failureOf(endpoint, membership, faults, gradients),
              body -> new Thread(body).start()));
    }
    assertThat(ends.get(0).join())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the fault throw:rank=0,at=middle was asked for");
    assertThat(ends.get(1).join())
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining(
            "rank 0 of 2 gave up: the fault throw:rank=0,at=middle was asked for");
  }

  private static @Nullable Throwable failureOf(
      Endpoint endpoint, Membership membership, Faults faults, boolean gradients) {
    try (Communicator ranks = NettyCommunicator.connect(endpoint, membership)) {
      Communicator mine = membership.rank() == 0 ? faults.around(ranks) : ranks;
      return catchThrowable(
          () -> {
            if (gradients) {
              mine.allReduceAsync(new float[300_000], 0, 300_000, TAG).await(mine.timeout());
            } else {
              sum(mine, TAG);
            }
            sum(mine, NEXT);
          });
    }
  }

  @Test
  void unstruck_layerThatIsNotThere_saysWhichThereAre() {
    Faults faults = throwing(",layer=nosuch");
    Communicator ranks = faults.around(InProcessGroup.of(1).get(0));
    sum(ranks, TAG);
    sum(ranks, new OpTag(5, "bn2", Phase.FORWARD));
    assertThat(faults.unstruck())
        .containsExactly(
            "the fault throw:rank=0,layer=nosuch did not strike: rank 0 came to step 5, and to the"
                + " layers bn1, bn2");
  }

  @Test
  void unstruck_afterItStruck_isNothing() {
    Faults faults = throwing(",step=3");
    Communicator ranks = faults.around(InProcessGroup.of(1).get(0));
    assertThat(faults.unstruck()).hasSize(1);
    assertThatThrownBy(() -> sum(ranks, TAG)).hasMessageContaining("was asked for");
    assertThat(faults.unstruck()).isEmpty();
  }
}
