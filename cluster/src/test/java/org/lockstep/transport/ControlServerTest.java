package org.lockstep.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.CommunicationException;

@Timeout(30)
class ControlServerTest {
  private static final int END_OF_STREAM = -1;
  private static final int READ_MILLIS = 10_000;
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final JobKey key = new JobKey(JobToken.random(), 2);
  private final Recorder atServer = new Recorder();
  private final Recorder atClient = new Recorder();
  private final ControlClient client = new ControlClient();
  private ControlServer server = bind(PATIENCE);

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void connect_withTheKey_carriesMessagesBothWaysInOrder() throws Exception {
    connect(key);
    assertThat(atClient.next()).isEqualTo("open");
    assertThat(atServer.next()).isEqualTo("open");

    atClient.send("one");
    atClient.send("");
    atServer.send("two");

    assertThat(atServer.next()).isEqualTo("one");
    assertThat(atServer.next()).isEmpty();
    assertThat(atClient.next()).isEqualTo("two");
  }

  @Test
  void connect_withAnotherToken_isRefusedWithTheReason() {
    assertThatThrownBy(() -> connect(new JobKey(JobToken.random(), key.attempt())))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("is it of another job?");
    assertThat(atServer.heardNothing()).isTrue();
  }

  @Test
  void connect_ofAnOldAttempt_isRefusedWithTheReason() {
    assertThatThrownBy(() -> connect(new JobKey(key.token(), key.attempt() - 1)))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("is at attempt 2, not 1");
    assertThat(atServer.heardNothing()).isTrue();
  }

  @Test
  void connect_withNobodyThere_saysWhere() {
    InetSocketAddress gone = server.address();
    server.close();

    assertThatThrownBy(
            () -> client.connect(gone, key, Tls.none(), new TextCodec(), atClient, PATIENCE))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining(String.valueOf(gone.getPort()));
  }

  @Test
  void bind_portInUse_saysWhichAndWhatToDo() {
    assertThatThrownBy(
            () ->
                ControlServer.bind(server.address(), key, Tls.none(), 1, new TextCodec(), atServer))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("port " + server.address().getPort())
        .hasMessageContaining("choose another port");
  }

  @Test
  void receive_httpRequest_closesUnanswered() throws Exception {
    try (Socket stranger = socket()) {
      stranger.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));

      assertThat(readUntilClosed(stranger)).isEqualTo(END_OF_STREAM);
    }
    assertThat(atServer.heardNothing()).isTrue();
  }

  @Test
  void receive_nothingInTime_closes() throws Exception {
    server.close();
    server = bind(Duration.ofMillis(50));
    try (Socket slow = socket()) {
      slow.getOutputStream().write(RawCaller.opening(Handshake.nonce()), 0, 20);

      assertThat(readUntilClosed(slow)).isEqualTo(END_OF_STREAM);
    }
    assertThat(atServer.heardNothing()).isTrue();
  }

  @Test
  void receive_helloByteByByteWithAFrameBehind_isUnderstood() throws Exception {
    try (Socket slow = socket()) {
      slow.setTcpNoDelay(true);
      byte[] mine = Handshake.nonce();
      writeSingly(slow, RawCaller.opening(mine));
      byte[] theirs = slow.getInputStream().readNBytes(Handshake.NONCE);
      writeSingly(slow, RawCaller.introduce(key.token(), mine, theirs, attempt(key)));
      slow.getOutputStream().write(frame("behind"));

      assertThat(atServer.next()).isEqualTo("open");
      assertThat(atServer.next()).isEqualTo("behind");
    }
  }

  @Test
  void receive_frameBehindAWrongHello_isNeverDecoded() throws Exception {
    try (Socket stranger = socket()) {
      byte[] mine = Handshake.nonce();
      stranger.getOutputStream().write(RawCaller.opening(mine));
      byte[] theirs = stranger.getInputStream().readNBytes(Handshake.NONCE);
      byte[] wrong = RawCaller.introduce(JobToken.random(), mine, theirs, attempt(key));
      stranger.getOutputStream().write(wrong);
      stranger.getOutputStream().write(frame("behind"));

      assertThat(readUntilClosed(stranger)).isEqualTo(Handshake.Verdict.STRANGER.ordinal());
    }
    assertThat(atServer.heardNothing()).isTrue();
  }

  @Test
  void receive_lengthAboveTheLimit_closes() throws Exception {
    try (Socket peer = RawCaller.join(server.address(), key.token(), attempt(key))) {
      peer.setSoTimeout(READ_MILLIS);
      peer.getOutputStream().write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());

      assertThat(readUntilClosed(peer)).isEqualTo(END_OF_STREAM);
      assertThat(atServer.next()).isEqualTo("open");
      assertThat(atServer.next()).contains("closed").contains("exceeds " + TextCodec.MAX_BYTES);
    }
  }

  @Test
  void receive_undecodableMessage_closesWithTheReason() throws Exception {
    connect(key);
    atClient.send("bad");

    assertThat(atServer.next()).isEqualTo("open");
    assertThat(atServer.next()).contains("closed").contains("a bad message");
  }

  @Test
  void close_ofTheServer_isHeardByTheClient() throws Exception {
    connect(key);
    server.close();

    assertThat(atClient.next()).isEqualTo("open");
    assertThat(atClient.next()).startsWith("closed");
  }

  @Test
  void close_ofTheClient_isHeardByTheServerAfterTheLastMessage() throws Exception {
    connect(key);
    atClient.send("last");
    client.close();

    assertThat(atServer.next()).isEqualTo("open");
    assertThat(atServer.next()).isEqualTo("last");
    assertThat(atServer.next()).startsWith("closed");
  }

  private ControlServer bind(Duration patience) {
    Lobby lobby = new Lobby("the server", 1, patience);
    return ControlServer.bind(ANY_PORT, key, Tls.none(), lobby, new TextCodec(), atServer);
  }

  private void connect(JobKey shown) throws InterruptedException {
    client.connect(server.address(), shown, Tls.none(), new TextCodec(), atClient, PATIENCE);
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(READ_MILLIS);
    return socket;
  }

  /** What a member says of itself. */
  private static byte[] attempt(JobKey key) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(key.attempt()).array();
  }

  private static void writeSingly(Socket socket, byte[] bytes) throws IOException {
    for (byte one : bytes) {
      socket.getOutputStream().write(one);
    }
  }

  private static byte[] frame(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
  }

  /** The last byte that came before the other side closed, -1 if there was none. */
  private static int readUntilClosed(Socket socket) throws IOException {
    int last = END_OF_STREAM;
    try {
      for (int next = 0; (next = socket.getInputStream().read()) >= 0; ) {
        last = next;
      }
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    return last;
  }
}
