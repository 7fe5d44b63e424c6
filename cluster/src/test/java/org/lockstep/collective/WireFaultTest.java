package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.transport.Endpoint;
import org.lockstep.transport.FaultyWire;
import org.lockstep.transport.Membership;
import org.lockstep.transport.Mesh;
import org.lockstep.transport.Placement;
import org.lockstep.transport.Tls;
import org.lockstep.transport.WireFault;

/** What three ranks, on sockets, make of each fault of rank 1's connections. */
@Timeout(60)
class WireFaultTest {
  private static final int RANKS = 3;
  private static final int CULPRIT = 1;
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final OpTag BEFORE = new OpTag(3, "bn1", Phase.FORWARD);
  private static final OpTag TAG = new OpTag(3, "bn2", Phase.FORWARD);
  private static final OpTag BUCKET = new OpTag(3, "bucket0", Phase.GRADIENT);
  private static final int LARGE = 300_000;
  private static final int SMALL = 3_000;
  private static final String DONE = "done";

  private final FaultyWire wire = new FaultyWire();

  /** Binds the endpoints of the others, which can fail too, but do not, and have no fast path. */
  private Supplier<Endpoint> others = () -> faulty(new FaultyWire());

  private static Endpoint faulty(FaultyWire wire) {
    return Endpoint.bind(InetAddress.getLoopbackAddress(), Tls.none(), wire);
  }

  /** Runs {@code body} on all ranks, the culprit's on connections that can be made to fail. */
  private List<Object> attempt(Duration timeout, Ranks.Body<String> body) throws Exception {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      endpoints.add(rank == CULPRIT ? faulty(wire) : others.get());
    }
    List<Callable<String>> ranks = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      Membership membership = Ranks.membership(rank, endpoints, timeout);
      Endpoint endpoint = endpoints.get(rank);
      ranks.add(
          () -> {
            Mesh mesh = Mesh.connect(endpoint, membership);
            try (NettyCommunicator communicator = NettyCommunicator.over(mesh, false)) {
              return body.run(communicator);
            }
          });
    }
    return Ranks.together(ranks);
  }

  /** The same, where the culprit's connections fail once all ranks have met. */
  private List<Object> attempt(
      Duration timeout, WireFault fault, long after, Consumer<NettyCommunicator> body)
      throws Exception {
    return attempt(
        timeout,
        rank -> {
          sum(rank, BEFORE);
          if (rank.rank() == CULPRIT) {
            wire.fail(fault, after);
          }
          body.accept(rank);
          return DONE;
        });
  }

  private static void sum(NettyCommunicator rank, OpTag tag) {
    double[] values = {rank.rank() + 1, 1};
    rank.allReduce(values, 2, ReduceOp.SUM, tag);
    assertThat(values).containsExactly(6, 3);
  }

  private static void gradients(NettyCommunicator rank, int length) {
    float[] values = new float[length];
    Arrays.fill(values, rank.rank() + 1);
    rank.allReduceAsync(values, 0, length, BUCKET).await(rank.timeout());
    assertThat(values).containsOnly(6);
  }

  private static void assertOthersNameTheCulprit(List<Object> outcomes, String where) {
    for (int rank = 0; rank < RANKS; rank++) {
      if (rank != CULPRIT) {
        assertThat((Throwable) outcomes.get(rank))
            .isInstanceOf(CommunicationException.class)
            .hasMessageContaining("rank 1 ")
            .hasMessageContaining(where);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"RESET", "TRUNCATE", "HALF_CLOSE"})
  void allReduce_connectionEnds_allAreToldWhose(WireFault fault) throws Exception {
    List<Object> outcomes = attempt(Ranks.TIMEOUT, fault, 0, rank -> sum(rank, TAG));
    assertOthersNameTheCulprit(outcomes, "bn2 forward of step 3");
  }

  @ParameterizedTest
  @CsvSource({"RESET", "TRUNCATE", "HALF_CLOSE"})
  void allReduceAsync_connectionEndsInTheMiddle_allAreToldWhose(WireFault fault) throws Exception {
    List<Object> outcomes =
        attempt(Ranks.TIMEOUT, fault, LARGE * Float.BYTES, rank -> gradients(rank, LARGE));
    assertOthersNameTheCulprit(outcomes, "bucket0 gradient of step 3");
  }

  /** Of two doubles it is the header that is damaged, of a thousand the payload. */
  @ParameterizedTest
  @CsvSource({"false, 2", "false, 1000", "true, 2", "true, 1000"})
  void allReduce_flippedBit_allAreToldWhose(boolean past, int length) throws Exception {
    if (past) {
      others = () -> Placement.SOCKETS.endpoints(1).get(0);
    }
    List<Object> outcomes =
        attempt(
            Ranks.TIMEOUT,
            WireFault.CORRUPT,
            0,
            rank -> rank.allReduce(new double[length], length, ReduceOp.SUM, TAG));
    assertOthersNameTheCulprit(outcomes, "bn2 forward of step 3");
    assertThat(outcomes).asString().contains("rank 1 (127.0.0.1:", "whose checksum is wrong");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, LARGE * Float.BYTES})
  void allReduceAsync_flippedBit_allAreToldWhose(long after) throws Exception {
    List<Object> outcomes =
        attempt(Ranks.TIMEOUT, WireFault.CORRUPT, after, rank -> gradients(rank, LARGE));
    assertOthersNameTheCulprit(outcomes, "bucket0 gradient of step 3");
    assertThat(outcomes).asString().contains("rank 1 (127.0.0.1:", "whose checksum is wrong");
  }

  @Test
  void allReduce_blackhole_othersSayWhoDoesNotAnswer() throws Exception {
    List<Object> outcomes = attempt(SHORT, WireFault.BLACKHOLE, 0, rank -> sum(rank, TAG));
    assertOthersNameTheCulprit(outcomes, "bn2 forward of step 3");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000})
  void allReduce_bytesOneByOne_isAsWithoutFault(long after) throws Exception {
    List<Object> outcomes =
        attempt(
            Ranks.TIMEOUT,
            WireFault.SLICE,
            after,
            rank -> {
              sum(rank, TAG);
              gradients(rank, SMALL);
            });
    assertThat(outcomes).containsOnly(DONE);
  }

  @Test
  void interrupt_inTheMiddle_runsOnceWhenHalfHasPassed() throws Exception {
    List<String> seen = new ArrayList<>();
    List<Object> outcomes =
        attempt(
            Ranks.TIMEOUT,
            rank -> {
              sum(rank, BEFORE);
              if (rank.rank() == CULPRIT) {
                wire.interrupt(() -> seen.add("half"), LARGE * Float.BYTES);
              }
              sum(rank, TAG);
              if (rank.rank() == CULPRIT) {
                assertThat(seen).isEmpty();
              }
              gradients(rank, LARGE);
              return DONE;
            });
    assertThat(outcomes).containsOnly(DONE);
    assertThat(seen).containsExactly("half");
  }
}
