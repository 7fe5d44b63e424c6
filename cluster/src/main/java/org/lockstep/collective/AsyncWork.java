package org.lockstep.collective;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Work;
import org.lockstep.transport.Journal;
import org.lockstep.transport.Mesh;
import org.lockstep.transport.Operation;

/**
 * A collective on the bandwidth lane's thread, and the handle with which the rank's thread waits.
 */
final class AsyncWork implements Work, Mesh.Job {
  /** What a late operation is given to find out who is to blame. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Mesh mesh;
  private final Journal journal;
  private final Operation operation;
  private final Runnable body;
  private final Thread waiter = Thread.currentThread();
  private @Nullable CommunicationException error;
  private volatile boolean done;

  AsyncWork(Mesh mesh, Journal journal, Operation operation, Runnable body) {
    this.mesh = mesh;
    this.journal = journal;
    this.operation = operation;
    this.body = body;
  }

  /** Bandwidth lane's thread. */
  @Override
  public void run() {
    operation.start();
    try {
      mesh.failure().check(operation);
      body.run();
    } catch (CommunicationException e) {
      error = e;
    } catch (RuntimeException | Error e) {
      error = new CommunicationException(operation + " failed: " + e, e);
      mesh.failure().fail(operation + " failed: " + e);
    } finally {
      journal.end(operation, error == null);
      done = true;
      LockSupport.unpark(waiter);
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void await(Duration timeout) {
    long begin = System.nanoTime();
    operation.await();
    if (!doneWithin(timeout)) {
      operation.deadline(System.nanoTime());
      mesh.bandwidth().wake();
      if (!doneWithin(GRACE)) {
        mesh.failure().fail(operation + " is still held up by those before it");
        throw new CommunicationException(operation + " not done within " + timeout);
      }
    }
    journal.awaited(operation, begin);
    if (error != null) {
      throw error;
    }
  }

  private boolean doneWithin(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    while (!done) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      if (Thread.currentThread().isInterrupted()) {
        mesh.failure().fail(operation + " was interrupted");
        throw new CommunicationException(operation + " was interrupted");
      }
      LockSupport.parkNanos(this, left);
    }
    return true;
  }
}
