package org.lockstep.collective;

import java.util.List;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.transport.Action;
import org.lockstep.transport.Endpoint;
import org.lockstep.transport.Journal;
import org.lockstep.transport.Mesh;
import org.lockstep.transport.Meter;
import org.lockstep.transport.Operation;
import org.lockstep.transport.Placement;

/**
 * Two ranks that do the same collective over and over: rank 0 on the calling thread when it is
 * asked to, rank 1 on a thread of its own until rank 0 closes.
 */
final class TwoRanks implements AutoCloseable {
  private final Rank first;

  TwoRanks(Placement placement, Algorithm algorithm, int numbers) {
    List<Endpoint> endpoints = placement.endpoints(2);
    new Thread(() -> follow(Rank.join(1, endpoints, algorithm, numbers)), "rank 1").start();
    first = Rank.join(0, endpoints, algorithm, numbers);
  }

  private static void follow(Rank second) {
    try (second) {
      while (true) {
        second.collective();
      }
    } catch (CommunicationException closed) {
      // the way out
    }
  }

  void collective() {
    first.collective();
  }

  @Override
  public void close() {
    first.close();
  }

  /** One of them. */
  private record Rank(Mesh mesh, Journal journal, Algorithm.Body body, Algorithm.Buffers buffers)
      implements AutoCloseable {
    private static final OpTag TAG = new OpTag(0, "benchmark", Phase.CONTROL);

    static Rank join(int rank, List<Endpoint> endpoints, Algorithm algorithm, int numbers) {
      Mesh mesh =
          Mesh.connect(endpoints.get(rank), Ranks.membership(rank, endpoints, Ranks.TIMEOUT));
      return new Rank(
          mesh,
          mesh.open(mesh.world(), new Meter(null)),
          algorithm.body(),
          Algorithm.Buffers.of(numbers));
    }

    void collective() {
      Operation operation = journal.begin(Action.ALL_REDUCE_SUM, buffers.numbers(), TAG);
      body.run(mesh.latency(), operation, buffers);
      mesh.latency().flush(operation);
    }

    @Override
    public void close() {
      mesh.close();
    }
  }
}
