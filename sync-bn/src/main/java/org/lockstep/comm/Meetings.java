package org.lockstep.comm;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The collectives of one group of threads. The k-th collective of every rank is one {@link
 * Meeting}. Threads wait on the {@link MeetingPoint}, which subgroups share: what ends one group
 * ends all.
 */
final class Meetings {
  private final int worldSize;
  private final Duration timeout;
  private final MeetingPoint point;
  private final Map<Long, Meeting> open = new HashMap<>();
  private final boolean[] left;

  Meetings(int worldSize, Duration timeout, MeetingPoint point) {
    this.worldSize = worldSize;
    this.timeout = timeout;
    this.point = point;
    this.left = new boolean[worldSize];
  }

  List<Communicator> communicators() {
    return IntStream.range(0, worldSize)
        .mapToObj(rank -> (Communicator) new InProcessCommunicator(this, rank))
        .toList();
  }

  /** A smaller group at the same meeting point. */
  Meetings smaller(int size) {
    return new Meetings(size, timeout, point);
  }

  int worldSize() {
    return worldSize;
  }

  Duration timeout() {
    return timeout;
  }

  void fail(String reason) {
    point.fail(reason);
  }

  /** Brings a rank's {@code number}-th call; returns at once. */
  Meeting arrive(int rank, long number, Call call, Meeting.Completion completion) {
    point.lock.lock();
    try {
      checkAlive(rank, call);
      Meeting meeting = open.computeIfAbsent(number, n -> new Meeting(worldSize));
      String mismatch = meeting.mismatch(rank, call);
      if (mismatch != null) {
        point.fail(mismatch);
        throw error(rank, call, mismatch);
      }
      meeting.arrive(rank, call, completion);
      if (meeting.done()) {
        open.remove(number);
        point.changed.signalAll();
      }
      return meeting;
    } finally {
      point.lock.unlock();
    }
  }

  /** Waits until all ranks came, or throws and thereby ends the group. */
  void await(Meeting meeting, int rank, Call call, Duration patience) {
    point.lock.lock();
    try {
      long nanos = patience.toNanos();
      while (!meeting.done()) {
        checkAlive(rank, call);
        String reason = hopeless(meeting, patience, nanos);
        if (reason != null) {
          point.fail(reason);
          throw error(rank, call, reason);
        }
        nanos = point.changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      point.fail("rank " + rank + " was interrupted");
      throw error(rank, call, "interrupted");
    } finally {
      point.lock.unlock();
    }
  }

  boolean isOver(Meeting meeting) {
    point.lock.lock();
    try {
      return meeting.done() || point.failure() != null;
    } finally {
      point.lock.unlock();
    }
  }

  /** Whether {@code rank} has neither left nor heard of a failure. */
  boolean isOpen(int rank) {
    point.lock.lock();
    try {
      return !left[rank] && point.failure() == null;
    } finally {
      point.lock.unlock();
    }
  }

  /** Tells the others that {@code rank} will come to no further meeting. */
  void leave(int rank) {
    point.lock.lock();
    try {
      left[rank] = true;
      point.changed.signalAll();
    } finally {
      point.lock.unlock();
    }
  }

  private @Nullable String hopeless(Meeting meeting, Duration patience, long nanosLeft) {
    for (int rank = 0; rank < worldSize; rank++) {
      if (left[rank] && meeting.misses(rank)) {
        return "rank " + rank + " closed its communicator and will not come";
      }
    }
    return nanosLeft > 0
        ? null
        : "still missing after " + patience.toMillis() + " ms: " + meeting.missing();
  }

  private void checkAlive(int rank, Call call) {
    if (left[rank]) {
      throw error(rank, call, "this communicator is closed");
    }
    String failure = point.failure();
    if (failure != null) {
      throw error(rank, call, failure);
    }
  }

  private CommunicationException error(int rank, Call call, String reason) {
    return new CommunicationException(
        "rank " + rank + " of " + worldSize + ", " + call + ": " + reason);
  }
}
