package org.lockstep.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.transport.TwoRanks.LONG;
import static org.lockstep.transport.TwoRanks.TOKEN;
import static org.lockstep.transport.TwoRanks.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.comm.CommunicationException;

@Timeout(60)
class TlsTest {
  @TempDir Path ours;
  @TempDir Path others;
  private Certificates certificates;

  /** What somebody comes with who knows the job's token, but is not to be let in. */
  private enum Wrong {
    OTHER_AUTHORITY,
    EXPIRED,
    NO_TLS
  }

  private Tls tls(Wrong wrong) throws Exception {
    return switch (wrong) {
      case OTHER_AUTHORITY -> Tls.of(trusting(new Certificates(others).valid()));
      case EXPIRED -> Tls.of(certificates.expired());
      case NO_TLS -> Tls.none();
    };
  }

  /** Who trusts us, though we do not trust him. */
  private TlsFiles trusting(TlsFiles files) throws Exception {
    TlsFiles.Secret password = new TlsFiles.Secret(Certificates.PASSWORD);
    return TlsFiles.of(files.keyStore(), certificates.trustStore(), password);
  }

  @BeforeEach
  void make() throws Exception {
    certificates = new Certificates(ours);
  }

  @Test
  void exchange_validCertificates_passesThroughTls() throws Exception {
    TwoRanks ranks = ranks(valid(), valid());
    CompletableFuture<double[]> zero = ranks.rankZero(LONG, mesh -> exchange(mesh, 5));
    try (Mesh mesh = ranks.rankOne()) {
      assertThat(exchange(mesh, 6)).containsExactly(6, 5);
    }
    assertThat(zero.join()).containsExactly(5, 6);
  }

  @ParameterizedTest
  @EnumSource
  void connect_wrongCertificate_fails(Wrong wrong) throws Exception {
    assertDoNotMeet(ranks(valid(), tls(wrong)));
  }

  @ParameterizedTest
  @EnumSource
  void connect_calleeWithWrongCertificate_isNotSpokenTo(Wrong wrong) throws Exception {
    assertDoNotMeet(ranks(tls(wrong), valid()));
  }

  private static void assertDoNotMeet(TwoRanks ranks) {
    CompletableFuture<Integer> zero = ranks.rankZero(Duration.ofSeconds(2), mesh -> 0);
    assertThatThrownBy(() -> Mesh.connect(ranks.second(), ranks.member(1, TOKEN, 0, LONG)))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0 (127.0.0.1:");
    assertThatThrownBy(zero::join).hasMessageContaining("no connection within 2000 ms to rank 1");
  }

  @ParameterizedTest
  @EnumSource
  void control_wrongCertificate_isRefused(Wrong wrong) throws Exception {
    JobKey key = new JobKey(TOKEN, 0);
    Recorder atServer = new Recorder();
    Tls tls = tls(wrong);
    try (ControlServer server =
            ControlServer.bind(anyPort(), key, valid(), 1, new TextCodec(), atServer);
        ControlClient client = new ControlClient()) {
      assertThatThrownBy(
              () ->
                  client.connect(server.address(), key, tls, new TextCodec(), new Recorder(), LONG))
          .isInstanceOf(CommunicationException.class)
          .hasMessageContaining("coordinator at");
    }
    assertThat(atServer.heardNothing()).isTrue();
  }

  @Test
  void control_validCertificates_carriesMessages() throws Exception {
    JobKey key = new JobKey(TOKEN, 0);
    Recorder atServer = new Recorder();
    Recorder atClient = new Recorder();
    try (ControlServer server =
            ControlServer.bind(anyPort(), key, valid(), 1, new TextCodec(), atServer);
        ControlClient client = new ControlClient()) {
      client.connect(server.address(), key, valid(), new TextCodec(), atClient, LONG);
      assertThat(atClient.next()).isEqualTo("open");
      atClient.send("one");
      assertThat(atServer.next()).isEqualTo("open");
      assertThat(atServer.next()).isEqualTo("one");
    }
  }

  @Test
  void control_callerWithoutCertificate_getsNoByteOfTheHandshake() throws Exception {
    JobKey key = new JobKey(TOKEN, 0);
    Recorder atServer = new Recorder();
    try (ControlServer server =
            ControlServer.bind(anyPort(), key, valid(), 1, new TextCodec(), atServer);
        Socket socket = withoutCertificate(server.address())) {
      socket.getOutputStream().write(RawCaller.opening(Handshake.nonce()));
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
    }
    assertThat(atServer.heardNothing()).isTrue();
  }

  @Test
  void of_fileThatIsNotThereOrNotWhatItShouldBe_isNamed() throws Exception {
    TlsFiles files = certificates.valid();
    TlsFiles.Secret password = new TlsFiles.Secret(Certificates.PASSWORD);
    Path none = ours.resolve("none.p12");
    Path text = Files.write(ours.resolve("text.p12"), "no store".getBytes(US_ASCII));

    assertThatThrownBy(() -> Tls.of(TlsFiles.of(none, files.trustStore(), password)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no TLS store " + none);
    assertThatThrownBy(() -> Tls.of(TlsFiles.of(text, files.trustStore(), password)))
        .hasMessageContaining(text + " does not open as a PKCS12 store");
    assertThatThrownBy(() -> Tls.of(TlsFiles.of(files.trustStore(), files.trustStore(), password)))
        .hasMessage(files.trustStore() + " holds no private key");
    assertThatThrownBy(
            () ->
                Tls.of(
                    TlsFiles.of(
                        files.keyStore(), files.trustStore(), new TlsFiles.Secret("guessed"))))
        .hasMessageContaining(files.keyStore() + " does not open")
        .hasMessageNotContaining("guessed");
  }

  private Tls valid() throws Exception {
    return Tls.of(certificates.valid());
  }

  private static TwoRanks ranks(Tls first, Tls second) {
    InetAddress host = InetAddress.getLoopbackAddress();
    return new TwoRanks(
        Endpoint.bind(host, first, new ConcurrentHashMap<>()),
        Endpoint.bind(host, second, new ConcurrentHashMap<>()));
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private Socket withoutCertificate(InetSocketAddress address) throws Exception {
    java.security.KeyStore trusted =
        java.security.KeyStore.getInstance(
            certificates.trustStore().toFile(), Certificates.PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    socket.startHandshake();
    return socket;
  }
}
