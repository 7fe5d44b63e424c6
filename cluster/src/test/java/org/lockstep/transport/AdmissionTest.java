package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.transport.TwoRanks.LONG;
import static org.lockstep.transport.TwoRanks.TOKEN;
import static org.lockstep.transport.TwoRanks.exchange;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.comm.CommunicationException;

/** Who may come in, and what becomes of the others. */
@Timeout(60)
class AdmissionTest {
  @ParameterizedTest
  @EnumSource(names = {"SOCKETS", "MEMORY"})
  void connect_rankThatDoesNotCome_isNamed(Placement placement) {
    TwoRanks ranks = TwoRanks.bind(placement);
    assertThatThrownBy(() -> ranks.rankZero(Duration.ofMillis(300), mesh -> 0).join())
        .hasCauseInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 of 2 could not join")
        .hasMessageContaining("within 300 ms")
        .hasMessageContaining("rank 1 (127.0.0.1:" + ranks.second().address().getPort() + ")");
    ranks.second().close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKETS", "MEMORY"})
  void connect_nobodyListens_isNamedAtOnce(Placement placement) {
    TwoRanks ranks = TwoRanks.bind(placement);
    Membership member = ranks.member(1, TOKEN, 0, LONG);
    ranks.first().close();
    assertThatThrownBy(() -> Mesh.connect(ranks.second(), member))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining(
            "cannot reach rank 0 (127.0.0.1:" + ranks.first().address().getPort() + ")");
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKETS", "MEMORY"})
  void connect_wrongToken_isRefusedAndTheRankStaysMissing(Placement placement) {
    TwoRanks ranks = TwoRanks.bind(placement);
    CompletableFuture<Integer> zero = ranks.rankZero(Duration.ofSeconds(1), mesh -> 0);
    assertThatThrownBy(
            () -> Mesh.connect(ranks.second(), ranks.member(1, JobToken.random(), 0, LONG)))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 (127.0.0.1:")
        .hasMessageContaining("refused the connection");
    assertThatThrownBy(zero::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("no connection within 1000 ms to rank 1");
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKETS", "MEMORY"})
  void connect_oldAttempt_isRefusedAndToldTheAttempts(Placement placement) {
    TwoRanks ranks = TwoRanks.bind(placement);
    CompletableFuture<Integer> zero = ranks.rankZero(Duration.ofSeconds(1), mesh -> 0);
    assertThatThrownBy(() -> Mesh.connect(ranks.second(), ranks.member(1, TOKEN, 7, LONG)))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 (127.0.0.1:")
        .hasMessageContaining("attempt 0, not 7");
    assertThatThrownBy(zero::join).hasMessageContaining("no connection within 1000 ms to rank 1");
  }

  @Test
  void connect_endpointsOfOneJvm_needsNoSocketAndForgetsThem() {
    InetAddress host = InetAddress.getLoopbackAddress();
    TwoRanks ranks = new TwoRanks(Endpoint.bind(host, Tls.none()), Endpoint.bind(host, Tls.none()));
    CompletableFuture<Boolean> zero = ranks.rankZero(LONG, AdmissionTest::usesSockets);
    try (Mesh mesh = ranks.rankOne()) {
      assertThat(usesSockets(mesh)).isFalse();
    }
    assertThat(zero.join()).isFalse();
    assertThat(ranks.first().neighbour(ranks.first().address())).isNull();
    assertThat(ranks.first().neighbour(ranks.second().address())).isNull();
  }

  private static boolean usesSockets(Mesh mesh) {
    return List.of(mesh.latency(), mesh.bandwidth()).stream()
        .flatMap(lane -> lane.connections().stream())
        .anyMatch(SocketConnection.class::isInstance);
  }

  @Test
  void exchange_afterStrangersKnocked_isNotDisturbed() throws Exception {
    TwoRanks ranks = TwoRanks.bind(Placement.SOCKETS);
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    byte[] noise = new byte[4000];
    new Random(1).nextBytes(noise);
    assertRefused(ranks, noise);
    assertRefused(
        ranks,
        "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    assertTurnedAway(ranks, new PeerHello(0, 2, 17, LaneKind.LATENCY, 2).bytes());
    assertTurnedAway(ranks, new PeerHello(0, 3, 1, LaneKind.LATENCY, 2).bytes());
    assertTurnedAway(ranks, new byte[] {1});
    try (Mesh mesh = ranks.rankOne()) {
      assertThat(exchange(mesh, 6)).containsExactly(6, 5);
    }
    assertThat(zero.join()).containsExactly(5, 6);
  }

  @Test
  void connect_whenAllAreIn_reachesNobody() throws Exception {
    TwoRanks ranks = TwoRanks.bind(Placement.SOCKETS);
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    try (Socket slow = call(ranks)) {
      slow.getOutputStream().write(RawCaller.opening(new byte[0]));
      try (Mesh mesh = ranks.rankOne()) {
        assertThat(slow.getInputStream().read()).isEqualTo(-1); // turned out, though in time
        assertThatThrownBy(() -> call(ranks)).isInstanceOf(ConnectException.class);
        assertThat(exchange(mesh, 6)).containsExactly(6, 5);
      }
    }
    assertThat(zero.join()).containsExactly(5, 6);
  }

  @Test
  void connect_throughTenThousandStrangers_isNotDisturbed() throws Exception {
    TwoRanks ranks = TwoRanks.bind(Placement.SOCKETS);
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    Deque<Socket> strangers = new ArrayDeque<>();
    for (int i = 0; i < 10_000; i++) {
      Socket stranger = call(ranks);
      stranger.setSoLinger(true, 0);
      stranger.getOutputStream().write('L');
      strangers.add(stranger);
      if (strangers.size() > 600) { // more than rank 0 keeps: it has hung up on the oldest
        assertHungUp(strangers.remove());
      }
    }
    try (Mesh mesh = ranks.rankOne()) {
      assertThat(exchange(mesh, 6)).containsExactly(6, 5);
    }
    assertThat(zero.join()).containsExactly(5, 6);
    for (Socket stranger : strangers) {
      assertHungUp(stranger);
    }
  }

  private static void assertHungUp(Socket socket) throws IOException {
    try (socket) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void connect_severalSayTheyAreOneRank_allButOneAreRefused() throws Exception {
    TwoRanks ranks = TwoRanks.bind(Placement.SOCKETS);
    CountDownLatch refused = new CountDownLatch(15);
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 16; i++) { // they wait, so that rank 0 hears all of them at once
      Socket caller = call(ranks);
      callers.add(
          CompletableFuture.runAsync(
                  () -> sayRankOne(caller), command -> new Thread(command).start())
              .thenRun(refused::countDown));
    }
    CompletableFuture<Integer> zero = ranks.rankZero(LONG, mesh -> 0);
    assertThat(refused.await(LONG.toSeconds() / 2, TimeUnit.SECONDS)).isTrue();
    try (Socket bandwidth = joinAsRankOne(ranks, LaneKind.BANDWIDTH)) {
      assertThat(zero.join()).isZero();
      assertThat(bandwidth.isConnected()).isTrue();
    }
    callers.forEach(CompletableFuture::join);
    ranks.second().close();
  }

  /** Says that it is rank 1 and listens until the other side hangs up. */
  private static void sayRankOne(Socket socket) {
    try (socket) {
      RawCaller.shake(socket, TOKEN, new PeerHello(0, 2, 1, LaneKind.LATENCY, 2).bytes());
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Says {@code bytes} to rank 0 and expects that it hangs up without a word. */
  private static void assertRefused(TwoRanks ranks, byte[] bytes) throws IOException {
    try (Socket socket = call(ranks)) {
      socket.getOutputStream().write(bytes);
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Proves to know the token and expects to be turned away for what it says of itself. */
  private static void assertTurnedAway(TwoRanks ranks, byte[] introduction) throws IOException {
    try (Socket socket = call(ranks)) {
      assertThat(RawCaller.shake(socket, TOKEN, introduction))
          .isEqualTo(Handshake.Verdict.TURNED_AWAY.ordinal());
    }
  }

  private static Socket call(TwoRanks ranks) throws IOException {
    InetSocketAddress address = ranks.first().address();
    return new Socket(address.getAddress(), address.getPort());
  }

  @Test
  void receive_afterPeerBrokeTheProtocol_failsAndNamesIt() throws Exception {
    TwoRanks ranks = TwoRanks.bind(Placement.SOCKETS);
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    try (Socket latency = joinAsRankOne(ranks, LaneKind.LATENCY);
        Socket bandwidth = joinAsRankOne(ranks, LaneKind.BANDWIDTH)) {
      latency.getOutputStream().write(new byte[FrameHeader.SIZE]);
      assertThatThrownBy(zero::join)
          .hasCauseInstanceOf(CommunicationException.class)
          .hasMessageContaining("rank 1 (127.0.0.1:")
          .hasMessageContaining("sent bytes that are no frame");
      assertThat(bandwidth.isConnected()).isTrue();
    }
    ranks.second().close();
  }

  @Test
  void receive_peerDiesWithoutGoodbye_failsAtOnceAndNamesIt() throws Exception {
    TwoRanks ranks = TwoRanks.bind(Placement.SOCKETS);
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    Socket latency = joinAsRankOne(ranks, LaneKind.LATENCY);
    joinAsRankOne(ranks, LaneKind.BANDWIDTH).close();
    assertThatThrownBy(zero::join)
        .hasCauseInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 1 (127.0.0.1:" + ranks.second().address().getPort() + ")")
        .hasMessageContaining("closed the connection");
    latency.close();
    ranks.second().close();
  }

  private static Socket joinAsRankOne(TwoRanks ranks, LaneKind lane) throws IOException {
    return RawCaller.join(ranks.first().address(), TOKEN, new PeerHello(0, 2, 1, lane, 2).bytes());
  }
}
