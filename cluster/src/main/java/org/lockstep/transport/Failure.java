package org.lockstep.transport;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;

/**
 * Why a mesh is of no use any more, once it is. The first reason stays; every operation under way
 * or begun later fails with it.
 *
 * <p>Thread rule: any thread.
 */
public final class Failure {
  private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
  private final String rank;
  private final Consumer<String> tell;
  private final Runnable wake;

  /** Why the mesh has failed, as this rank says it and as it tells it to the peers. */
  private record Reason(String why, String told) {}

  /**
   * @param rank this rank, as "rank 1 of 4"
   * @param tell sends a reason to the peers
   * @param wake makes the threads that wait look here
   */
  Failure(String rank, Consumer<String> tell, Runnable wake) {
    this.rank = rank;
    this.tell = tell;
    this.wake = wake;
  }

  public @Nullable String reason() {
    Reason first = reason.get();
    return first == null ? null : first.why;
  }

  /** The reason, for the peers, who must not think that it was found by them. */
  @Nullable String told() {
    Reason first = reason.get();
    return first == null ? null : first.told;
  }

  /** Fails the mesh for a reason that was found here, and tells the peers. */
  public void fail(String why) {
    String told = rank + " gave up: " + why;
    if (reason.compareAndSet(null, new Reason(why, told))) {
      tell.accept(told);
      wake.run();
    }
  }

  /** Fails the mesh for a reason that a peer has told. */
  void learn(String why) {
    if (reason.compareAndSet(null, new Reason(why, why))) {
      wake.run();
    }
  }

  /**
   * Returns if the mesh is well.
   *
   * @throws CommunicationException if it has failed
   */
  public void check(Operation operation) {
    if (reason.get() != null) {
      throw exception(operation);
    }
  }

  CommunicationException exception(Operation operation) {
    String why = String.valueOf(reason());
    String what = operation.toString();
    return new CommunicationException(
        rank + ", " + (why.startsWith(what) ? why : what + ": " + why));
  }
}
