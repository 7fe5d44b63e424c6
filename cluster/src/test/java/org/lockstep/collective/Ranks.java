package org.lockstep.collective;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.lockstep.transport.Endpoint;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Membership;
import org.lockstep.transport.Mesh;
import org.lockstep.transport.Placement;

/**
 * How to run ranks as threads of this JVM.
 *
 * @param placement which of them reach each other over loopback and which in memory
 * @param crowded whether the ranks behave as on a host with more ranks than cores
 */
record Ranks(Placement placement, boolean crowded) {
  /** All of them, for {@code @MethodSource}. */
  static final String ALL = "org.lockstep.collective.Ranks#all";

  static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final JobKey KEY = new JobKey(JobToken.random(), 0);

  static List<Ranks> all() {
    return Arrays.stream(Placement.values())
        .flatMap(placement -> Stream.of(new Ranks(placement, false), new Ranks(placement, true)))
        .toList();
  }

  /** What one rank does. */
  interface Body<T> {
    T run(NettyCommunicator communicator) throws Exception;
  }

  /**
   * Runs {@code body} on every rank and returns what each returned, by rank; rethrows the failure
   * of the lowest rank that failed.
   */
  <T> List<T> run(int worldSize, Body<T> body) throws Exception {
    return values(attempt(worldSize, TIMEOUT, body));
  }

  /** Like {@link #run}, but returns how each rank ended: its value or what it threw. */
  <T> List<Object> attempt(int worldSize, Duration timeout, Body<T> body)
      throws InterruptedException {
    List<Endpoint> endpoints = placement.endpoints(worldSize);
    List<Callable<T>> ranks = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      Membership membership = membership(rank, endpoints, timeout);
      Endpoint endpoint = endpoints.get(rank);
      ranks.add(
          () -> {
            Mesh mesh = Mesh.connect(endpoint, membership);
            try (NettyCommunicator communicator = NettyCommunicator.over(mesh, crowded)) {
              return body.run(communicator);
            }
          });
    }
    return together(ranks);
  }

  static Membership membership(int rank, List<Endpoint> endpoints, Duration timeout) {
    List<InetSocketAddress> peers = endpoints.stream().map(Endpoint::address).toList();
    return new Membership(rank, peers, KEY, timeout);
  }

  /** Runs each callable on a thread of its own; returns its value or what it threw. */
  static <T> List<Object> together(List<Callable<T>> callables) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(callables.size());
    try {
      List<Object> outcomes = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(callables)) {
        outcomes.add(outcome(future));
      }
      return outcomes;
    } finally {
      threads.shutdown();
    }
  }

  private static Object outcome(Future<?> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> List<T> values(List<Object> outcomes) throws Exception {
    for (Object outcome : outcomes) {
      if (outcome instanceof Exception failure) {
        throw failure;
      }
      if (outcome instanceof Error failure) {
        throw failure;
      }
    }
    return (List<T>) outcomes;
  }
}
