package org.lockstep.rendezvous;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.lockstep.transport.RecordedCollective;

/** What the members of a job tell of their last collectives when it has failed. Any thread. */
final class FlightReports {
  /** Who is alive tells within a round trip. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final int worldSize;
  private final Map<Integer, List<RecordedCollective>> told = new TreeMap<>();

  FlightReports(int worldSize) {
    this.worldSize = worldSize;
  }

  /** A rank has told; what it told first is nearest to the failure. */
  synchronized void add(int rank, List<RecordedCollective> collectives) {
    told.putIfAbsent(rank, collectives);
    notifyAll();
  }

  /** Looks again who is there. */
  synchronized void changed() {
    notifyAll();
  }

  /**
   * Waits a moment for all who are there.
   *
   * @param gone the ranks that will not tell any more
   */
  synchronized FlightReport await(Supplier<List<Integer>> gone) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (long left = PATIENCE.toNanos(); left > 0 && !isWhole(gone.get()); ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
    return told.values().stream().allMatch(List::isEmpty)
        ? FlightReport.NONE
        : new FlightTable(worldSize, told).report();
  }

  private boolean isWhole(List<Integer> gone) {
    for (int rank = 0; rank < worldSize; rank++) {
      if (!told.containsKey(rank) && !gone.contains(rank)) {
        return false;
      }
    }
    return true;
  }
}
