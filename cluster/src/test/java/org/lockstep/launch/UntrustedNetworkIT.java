package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.nn.Precision;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;
import org.lockstep.transport.Certificates;

/** Training among strangers, and where the connections are secured from them. */
@Timeout(180)
class UntrustedNetworkIT {
  private static final TrainConfig CONFIG =
      ShortRun.of("lenet-bn", "sync", "fashion-mini", 24, 2, Precision.FLOAT32);

  @TempDir Path directory;

  @Test
  void on_amongStrangersOrBehindTls_endsWithTheSameBits() throws Exception {
    LocalClusterOptions plain = LocalClusterOptions.of(2, directory.resolve("logs"));
    String undisturbed = train(plain);

    assertThat(train(plain.withTls(new Certificates(directory).valid()))).isEqualTo(undisturbed);

    int port = freePort();
    CompletableFuture<Integer> strangers = CompletableFuture.supplyAsync(() -> knock(port));
    assertThat(train(plain.withPort(port))).isEqualTo(undisturbed);
    assertThat(strangers.join()).isGreaterThan(100);
  }

  private static String train(LocalClusterOptions options) {
    try (Cluster cluster = LocalCluster.start(options)) {
      return new TrainingRun(CONFIG, null).on(cluster, new TrainListener() {}).digest();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Waits for the coordinator and says random bytes to it, or nothing, until it listens no more.
   *
   * @return how often
   */
  private static int knock(int port) {
    Random random = new Random(1);
    Deque<Socket> open = new ArrayDeque<>();
    int count = 0;
    try {
      while (true) {
        try {
          Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
          socket.setSoLinger(true, 0);
          open.add(socket);
          count++;
          byte[] noise = new byte[random.nextInt(200)];
          random.nextBytes(noise);
          socket.getOutputStream().write(noise);
        } catch (ConnectException e) {
          if (count > 0) {
            return count;
          }
          Thread.onSpinWait();
        } catch (IOException e) {
          assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
        if (open.size() > 500) {
          open.remove().close();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      open.forEach(UntrustedNetworkIT::close);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
