package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.lockstep.transport.TwoRanks.LONG;
import static org.lockstep.transport.TwoRanks.TOKEN;
import static org.lockstep.transport.TwoRanks.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.CommunicationException;

/** How ranks of one JVM find each other without sockets, and lose each other. */
@Timeout(60)
class MemoryConnectionTest {
  private static final InetAddress HOST = InetAddress.getLoopbackAddress();

  private final Map<InetSocketAddress, Endpoint> process = new ConcurrentHashMap<>();
  private final TwoRanks ranks =
      new TwoRanks(
          Endpoint.bind(HOST, Tls.none(), process), Endpoint.bind(HOST, Tls.none(), process));

  /** Whatever became of them, ranks that have closed are not found any more. */
  @AfterEach
  void nobodyIsLeft() {
    assertThat(process).isEmpty();
  }

  private static Connection latencyConnection(Mesh mesh) {
    return mesh.latency().connections().get(0);
  }

  private static ByteBuf noise() {
    return PooledByteBufAllocator.DEFAULT.directBuffer().writeZero(FrameHeader.SIZE);
  }

  /** Rank 1 on a thread of its own, which waits until rank 0 lets it in. */
  private CompletableFuture<double[]> waitingRankOne(Duration timeout) {
    CompletableFuture<double[]> one =
        CompletableFuture.supplyAsync(
            () -> {
              try (Mesh mesh = Mesh.connect(ranks.second(), ranks.member(1, TOKEN, 0, timeout))) {
                return exchange(mesh, 6);
              }
            },
            command -> new Thread(command).start());
    await().until(() -> ranks.first().opened().getNumberOfDependents() == LaneKind.values().length);
    return one;
  }

  @Test
  void connect_callerComesFirst_waitsForTheOther() {
    CompletableFuture<double[]> one = waitingRankOne(LONG);
    assertThat(ranks.rankZero(LONG, mesh -> exchange(mesh, 5)).join()).containsExactly(5, 6);
    assertThat(one.join()).containsExactly(6, 5);
  }

  @Test
  void connect_calleeNeverOpens_isToldWhenItCloses() {
    CompletableFuture<double[]> one = waitingRankOne(LONG);
    ranks.first().close();
    assertThatThrownBy(one::join)
        .hasCauseInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 (127.0.0.1:")
        .hasMessageContaining("closed before it let anybody in");
  }

  @Test
  void connect_callerHasGivenUp_calleeIsToldWhy() {
    assertThatThrownBy(waitingRankOne(Duration.ofMillis(100))::join)
        .hasMessageContaining("no connection within 100 ms to rank 0");
    assertThatThrownBy(ranks.rankZero(LONG, mesh -> exchange(mesh, 5))::join)
        .hasMessageContaining("rank 1 of 2 gave up: no connection within 100 ms");
  }

  /** Rank 1 has found rank 0 just before that closed. */
  @Test
  void connect_calleeHasGivenUp_callerIsToldWhy() {
    assertThatThrownBy(ranks.rankZero(Duration.ofMillis(100), mesh -> exchange(mesh, 5))::join)
        .hasMessageContaining("no connection within 100 ms to rank 1");
    process.put(ranks.first().address(), ranks.first());
    assertThatThrownBy(
            () -> {
              try (Mesh mesh = ranks.rankOne()) {
                exchange(mesh, 6);
              }
            })
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 of 2 gave up: no connection within 100 ms");
    process.remove(ranks.first().address());
  }

  @Test
  void connect_sameRankAgain_reachesNobodyAndDisturbsNobody() {
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    try (Mesh mesh = ranks.rankOne()) {
      TwoRanks again = new TwoRanks(ranks.first(), Endpoint.bind(HOST, Tls.none(), process));
      assertThatThrownBy(again::rankOne)
          .isInstanceOf(CommunicationException.class)
          .hasMessageContaining("cannot reach rank 0 (127.0.0.1:");
      assertThat(exchange(mesh, 6)).containsExactly(6, 5);
    }
    assertThat(zero.join()).containsExactly(5, 6);
  }

  @Test
  void receive_afterPeerBrokeTheProtocol_failsAndNamesIt() {
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    try (Mesh mesh = ranks.rankOne()) {
      ByteBuf noise = noise();
      latencyConnection(mesh).cutAfter(noise);
      assertThatThrownBy(zero::join)
          .hasCauseInstanceOf(CommunicationException.class)
          .hasMessageContaining("rank 1 (127.0.0.1:")
          .hasMessageContaining("sent bytes that are no frame");
      assertThat(noise.refCnt()).isZero();
    }
  }

  @Test
  void send_afterTheGoodbye_isNotLookedAt() {
    ByteBuf noise = noise();
    CompletableFuture<@Nullable String> zero =
        ranks.rankZero(
            LONG,
            mesh -> {
              mesh.latency().runUntil(() -> noise.refCnt() == 0, LONG.toNanos());
              return mesh.failure().reason();
            });
    try (Mesh mesh = ranks.rankOne()) {
      latencyConnection(mesh).close();
      latencyConnection(mesh).sendText(FrameHeader.Kind.ABORT, 0, 0, 0, "too late");
      latencyConnection(mesh).cutAfter(noise);
      assertThat(zero.join()).isNull();
    }
  }

  @Test
  void send_toWhoHasClosed_releasesTheFrame() {
    CompletableFuture<Integer> zero = ranks.rankZero(LONG, mesh -> 0);
    try (Mesh mesh = ranks.rankOne()) {
      zero.join();
      ByteBuf noise = noise();
      latencyConnection(mesh).cutAfter(noise);
      assertThat(noise.refCnt()).isZero();
    }
  }
}
