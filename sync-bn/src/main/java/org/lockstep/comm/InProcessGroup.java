package org.lockstep.comm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Groups of ranks that are threads of one JVM. The ranks meet in memory: whoever comes last merges
 * all buffers along the {@link ReductionTree} and writes the result into each, so a collective
 * gives the same bits as one over a network, and sends no byte.
 *
 * <p>It is the group of one behind ordinary batch normalization, the way to run several ranks in a
 * test, and the fast path between ranks that share a JVM.
 */
public final class InProcessGroup {
  /** How long a collective waits for the other ranks unless the caller says otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private InProcessGroup() {}

  /** A group of one rank, whose collectives return at once. */
  public static Communicator solo() {
    return of(1).get(0);
  }

  /** The communicators of a new group, in rank order, each for a thread of its own. */
  public static List<Communicator> of(int worldSize) {
    return of(worldSize, DEFAULT_TIMEOUT);
  }

  /**
   * The communicators of a new group, in rank order, each for a thread of its own.
   *
   * @param timeout how long a collective waits for the other ranks
   */
  public static List<Communicator> of(int worldSize, Duration timeout) {
    if (worldSize < 1) {
      throw new IllegalArgumentException("expected at least 1 rank, found " + worldSize);
    }
    return new Meetings(worldSize, timeout, new MeetingPoint()).communicators();
  }

  /** Runs {@code body} as every rank of a new group; see {@link #run(int, Duration, RankBody)}. */
  public static void run(int worldSize, RankBody body) {
    run(worldSize, DEFAULT_TIMEOUT, body);
  }

  /**
   * Runs {@code body} as every rank of a new group and returns when all are done. When a rank
   * throws, the collectives of the others fail at once and what it threw is thrown here (a checked
   * exception inside a {@link CompletionException}).
   */
  public static void run(int worldSize, Duration timeout, RankBody body) {
    AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
    List<Communicator> ranks = of(worldSize, timeout);
    List<Thread> threads = new ArrayList<>();
    for (Communicator rank : ranks) {
      Thread thread = new Thread(() -> runRank(rank, body, firstFailure), "rank-" + rank.rank());
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    join(threads, ranks.get(0));
    rethrow(firstFailure.get());
  }

  private static void runRank(
      Communicator rank, RankBody body, AtomicReference<@Nullable Throwable> firstFailure) {
    try {
      body.run(rank);
    } catch (Throwable failure) {
      firstFailure.compareAndSet(null, failure);
      rank.abort("rank " + rank.rank() + " failed: " + failure);
    } finally {
      rank.close();
    }
  }

  private static void join(List<Thread> threads, Communicator anyRank) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      anyRank.abort("the thread that waits for the ranks was interrupted");
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for " + threads.size() + " ranks");
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw new CompletionException(failure);
    }
  }
}
