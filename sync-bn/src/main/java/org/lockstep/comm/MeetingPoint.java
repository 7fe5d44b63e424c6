package org.lockstep.comm;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the ranks of one JVM wait for each other: the lock that guards all meetings of a group and
 * of its subgroups, and the first failure, which ends them all.
 */
final class MeetingPoint {
  final ReentrantLock lock = new ReentrantLock();
  final Condition changed = lock.newCondition();
  private @Nullable String failure;

  /** Ends every meeting, under way or later; the first reason stays. */
  void fail(String reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Why no meeting can be held any more; null while all is well. Call with the lock held. */
  @Nullable String failure() {
    return failure;
  }
}
