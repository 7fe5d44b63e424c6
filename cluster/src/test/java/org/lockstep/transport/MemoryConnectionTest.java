package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.transport.TwoRanks.LONG;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How ranks of one JVM find each other without sockets, and lose each other. */
@Timeout(60)
class MemoryConnectionTest {
  private static final InetAddress HOST = InetAddress.getLoopbackAddress();

  private final Map<InetSocketAddress, Endpoint> process = new ConcurrentHashMap<>();
  private final TwoRanks ranks =
      new TwoRanks(Endpoint.bind(HOST, process), Endpoint.bind(HOST, process));

  /** Whatever happened, whoever closed is not found any more. */
  @AfterEach
  void nobodyIsLeft() {
    ranks.first().close();
    ranks.second().close();
    assertThat(process).isEmpty();
  }

  private static boolean usesSockets(Mesh mesh) {
    return List.of(mesh.latency(), mesh.bandwidth()).stream()
        .flatMap(lane -> lane.connections().stream())
        .anyMatch(SocketConnection.class::isInstance);
  }

  @Test
  void connect_endpointsOfOneJvm_useNoSocket() {
    TwoRanks tasks = new TwoRanks(Endpoint.bind(HOST), Endpoint.bind(HOST));
    CompletableFuture<Boolean> zero = tasks.rankZero(LONG, MemoryConnectionTest::usesSockets);
    try (Mesh mesh = tasks.rankOne()) {
      assertThat(usesSockets(mesh)).isFalse();
    }
    assertThat(zero.join()).isFalse();
  }
}
