package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;

/** Who may come in, and what becomes of the others. */
@Timeout(60)
class AdmissionTest {
  private static final byte[] TOKEN = {1, 2, 3};
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final OpTag TAG = new OpTag(0, "bn1", Phase.FORWARD);

  private final Endpoint first = Endpoint.bind(InetAddress.getLoopbackAddress());
  private final Endpoint second = Endpoint.bind(InetAddress.getLoopbackAddress());

  private Membership member(int rank, byte[] token, int attempt, Duration timeout) {
    List<InetSocketAddress> peers = List.of(first.address(), second.address());
    return new Membership(rank, peers, token, attempt, timeout);
  }

  /** Joins as rank 0 on a thread of its own and does {@code body}; the mesh is closed after it. */
  private <T> CompletableFuture<T> rankZero(Duration timeout, Function<Mesh, T> body) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Mesh mesh = Mesh.connect(first, member(0, TOKEN, 0, timeout))) {
            return body.apply(mesh);
          }
        },
        command -> new Thread(command).start());
  }

  private static double[] exchange(Mesh mesh, double mine) {
    Journal journal = mesh.open(mesh.world(), new Meter(null));
    double[] result = {mine, 0};
    for (int round = 0; round < 100; round++) {
      Operation operation = journal.begin(Action.ALL_GATHER, 1, TAG);
      mesh.latency().sendToAll(operation, 0, Numbers.of(result, 0, 1));
      int peer = mesh.world().after(1);
      mesh.latency().receive(operation, peer, 0, Numbers.of(result, 1, 1));
      mesh.latency().flush(operation);
    }
    return result;
  }

  @Test
  void connect_rankThatDoesNotCome_isNamed() {
    assertThatThrownBy(() -> rankZero(Duration.ofMillis(300), mesh -> 0).join())
        .hasCauseInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 of 2 could not join")
        .hasMessageContaining("within 300 ms")
        .hasMessageContaining("rank 1 (127.0.0.1:" + second.address().getPort() + ")");
    second.close();
  }

  @Test
  void connect_nobodyListens_isNamedAtOnce() {
    Membership member = member(1, TOKEN, 0, LONG);
    first.close();
    assertThatThrownBy(() -> Mesh.connect(second, member))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("cannot reach rank 0 (127.0.0.1:" + first.address().getPort() + ")");
  }

  @Test
  void connect_wrongToken_isRefusedAndTheRankStaysMissing() {
    CompletableFuture<Integer> zero = rankZero(Duration.ofSeconds(1), mesh -> 0);
    assertThatThrownBy(() -> Mesh.connect(second, member(1, new byte[] {9}, 0, LONG)))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 (127.0.0.1:")
        .hasMessageContaining("refused the connection");
    assertThatThrownBy(zero::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("no connection within 1000 ms to rank 1");
  }

  @Test
  void connect_oldAttempt_isRefusedAndToldTheAttempts() {
    CompletableFuture<Integer> zero = rankZero(Duration.ofSeconds(1), mesh -> 0);
    assertThatThrownBy(() -> Mesh.connect(second, member(1, TOKEN, 7, LONG)))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 (127.0.0.1:")
        .hasMessageContaining("attempt 0, not 7");
    assertThatThrownBy(zero::join).hasMessageContaining("no connection within 1000 ms to rank 1");
  }

  @Test
  void exchange_whileStrangersKnock_isNotDisturbed() throws Exception {
    CompletableFuture<double[]> zero = rankZero(LONG, mesh -> exchange(mesh, 5));
    try (Mesh mesh = Mesh.connect(second, member(1, TOKEN, 0, LONG))) {
      byte[] noise = new byte[4000];
      new Random(1).nextBytes(noise);
      assertRefused(noise);
      assertRefused(
          "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertRefused(hello(new PeerHello(0, 2, 1, LaneKind.LATENCY, 2))); // rank 1 is here already
      assertRefused(hello(new PeerHello(0, 2, 17, LaneKind.LATENCY, 2)));
      assertRefused(hello(new PeerHello(0, 3, 1, LaneKind.LATENCY, 2)));
      assertThat(exchange(mesh, 6)).containsExactly(6, 5);
    }
    assertThat(zero.join()).containsExactly(5, 6);
  }

  private static byte[] hello(PeerHello hello) {
    ByteBuf bytes = Unpooled.buffer(PeerHello.SIZE);
    hello.write(bytes, PeerHello.digest(TOKEN));
    return bytes.array();
  }

  /** Says {@code bytes} to rank 0 and expects that it hangs up; it may say who it is before. */
  private void assertRefused(byte[] bytes) throws IOException {
    InetSocketAddress address = first.address();
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.getOutputStream().write(bytes);
      assertThat(socket.getInputStream().readAllBytes().length).isIn(0, PeerHello.SIZE);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void receive_afterPeerBrokeTheProtocol_failsAndNamesIt() throws Exception {
    CompletableFuture<double[]> zero = rankZero(LONG, mesh -> exchange(mesh, 5));
    try (Socket latency = joinAsRankOne(LaneKind.LATENCY);
        Socket bandwidth = joinAsRankOne(LaneKind.BANDWIDTH)) {
      latency.getOutputStream().write(new byte[FrameHeader.SIZE]);
      assertThatThrownBy(zero::join)
          .hasCauseInstanceOf(CommunicationException.class)
          .hasMessageContaining("rank 1 (127.0.0.1:")
          .hasMessageContaining("sent bytes that are no frame");
      assertThat(bandwidth.isConnected()).isTrue();
    }
    second.close();
  }

  @Test
  void receive_peerDiesWithoutGoodbye_failsAtOnceAndNamesIt() throws Exception {
    CompletableFuture<double[]> zero = rankZero(LONG, mesh -> exchange(mesh, 5));
    Socket latency = joinAsRankOne(LaneKind.LATENCY);
    joinAsRankOne(LaneKind.BANDWIDTH).close();
    assertThatThrownBy(zero::join)
        .hasCauseInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 1 (127.0.0.1:" + second.address().getPort() + ")")
        .hasMessageContaining("closed the connection");
    latency.close();
    second.close();
  }

  private Socket joinAsRankOne(LaneKind lane) throws IOException {
    InetSocketAddress address = first.address();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.getOutputStream().write(hello(new PeerHello(0, 2, 1, lane, 2)));
    assertThat(socket.getInputStream().readNBytes(PeerHello.SIZE)).hasSize(PeerHello.SIZE);
    return socket;
  }
}
