package org.lockstep.comm;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One collective of one group, from the first rank's arrival on. Guarded by the meeting point. */
final class Meeting {
  private final @Nullable Call[] calls;
  private int arrived;
  private boolean done;

  Meeting(int worldSize) {
    calls = new @Nullable Call[worldSize];
  }

  /** Takes a rank's call in; the last one's arrival completes the collective. */
  void arrive(int rank, Call call, Completion completion) {
    calls[rank] = call;
    arrived++;
    if (arrived == calls.length) {
      completion.complete(calls);
      done = true;
    }
  }

  boolean done() {
    return done;
  }

  /** Says how {@code call} differs from what an earlier rank called; null if it does not. */
  @Nullable String mismatch(int rank, Call call) {
    for (int other = 0; other < calls.length; other++) {
      Call earlier = calls[other];
      if (earlier != null && !earlier.matches(call)) {
        return "the ranks called different collectives: rank "
            + (other + " called " + earlier)
            + (", rank " + rank + " called " + call)
            + "; all ranks must call the same ones in the same order";
      }
    }
    return null;
  }

  boolean misses(int rank) {
    return calls[rank] == null;
  }

  /** The ranks that did not come, for an error, for example {@code rank 2, rank 3}. */
  String missing() {
    return IntStream.range(0, calls.length)
        .filter(this::misses)
        .mapToObj(rank -> "rank " + rank)
        .collect(Collectors.joining(", "));
  }

  /** What happens to the buffers once all ranks are there. */
  @FunctionalInterface
  interface Completion {
    void complete(Call[] byRank);
  }
}
