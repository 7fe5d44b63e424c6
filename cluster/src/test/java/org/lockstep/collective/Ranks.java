package org.lockstep.collective;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.lockstep.transport.Endpoint;
import org.lockstep.transport.Membership;

/** Ranks as threads of this JVM that reach each other over loopback. */
final class Ranks {
  static final Duration TIMEOUT = Duration.ofSeconds(20);
  static final byte[] TOKEN = "secret of the test".getBytes(StandardCharsets.UTF_8);

  private Ranks() {}

  /** What one rank does. */
  interface Body<T> {
    T run(NettyCommunicator communicator) throws Exception;
  }

  /** Runs {@code body} on every rank and returns what each returned, by rank. */
  static <T> List<T> run(int worldSize, Body<T> body) throws Exception {
    return run(worldSize, TIMEOUT, body);
  }

  static <T> List<T> run(int worldSize, Duration timeout, Body<T> body) throws Exception {
    List<Endpoint> endpoints = endpoints(worldSize);
    List<Callable<T>> ranks = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      Membership membership = membership(rank, endpoints, timeout);
      Endpoint endpoint = endpoints.get(rank);
      ranks.add(
          () -> {
            try (NettyCommunicator communicator = NettyCommunicator.connect(endpoint, membership)) {
              return body.run(communicator);
            }
          });
    }
    return together(ranks);
  }

  static List<Endpoint> endpoints(int worldSize) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      endpoints.add(Endpoint.bind(InetAddress.getLoopbackAddress()));
    }
    return endpoints;
  }

  static Membership membership(int rank, List<Endpoint> endpoints, Duration timeout) {
    List<InetSocketAddress> peers = endpoints.stream().map(Endpoint::address).toList();
    return new Membership(rank, peers, TOKEN, 0, timeout);
  }

  /** Runs each callable on a thread of its own; rethrows the first failure. */
  static <T> List<T> together(List<Callable<T>> callables) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(callables.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(callables)) {
        results.add(result(future));
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  private static <T> T result(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    }
  }
}
