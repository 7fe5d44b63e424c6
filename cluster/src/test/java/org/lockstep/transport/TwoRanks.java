package org.lockstep.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;

/** The endpoints of ranks 0 and 1, and what those may do. */
record TwoRanks(Endpoint first, Endpoint second) {
  static final JobToken TOKEN = JobToken.random();
  static final Duration LONG = Duration.ofSeconds(30);
  private static final OpTag TAG = new OpTag(0, "bn1", Phase.FORWARD);

  static TwoRanks bind(Placement placement) {
    List<Endpoint> endpoints = placement.endpoints(2);
    return new TwoRanks(endpoints.get(0), endpoints.get(1));
  }

  Membership member(int rank, JobToken token, int attempt, Duration timeout) {
    List<InetSocketAddress> peers = List.of(first.address(), second.address());
    return new Membership(rank, peers, new JobKey(token, attempt), timeout);
  }

  /** Joins as rank 1. */
  Mesh rankOne() {
    return Mesh.connect(second, member(1, TOKEN, 0, LONG));
  }

  /** Joins as rank 0 on a thread of its own and does {@code body}; the mesh is closed after it. */
  <T> CompletableFuture<T> rankZero(Duration timeout, Function<Mesh, T> body) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Mesh mesh = Mesh.connect(first, member(0, TOKEN, 0, timeout))) {
            return body.apply(mesh);
          }
        },
        command -> new Thread(command).start());
  }

  /** Gives the peer {@code mine} a hundred times; returns that and what the peer gave. */
  static double[] exchange(Mesh mesh, double mine) {
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
}
