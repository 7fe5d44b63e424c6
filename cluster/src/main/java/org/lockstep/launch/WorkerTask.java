package org.lockstep.launch;

/**
 * A piece of work that all ranks of a cluster do together. A record that Jackson can write and
 * read: it travels to the workers as its class name and JSON, its events and results travel back
 * the same way, as what the record declares {@code E} and {@code R} to be.
 *
 * @param <E> what rank 0 reports while it works
 * @param <R> what each rank returns
 */
public interface WorkerTask<E, R> {
  /**
   * Runs on every rank.
   *
   * @param rank this one, with the communicator of all and what earlier tasks left behind
   * @param events takes progress; only those of rank 0 are sent on
   * @throws Exception fails the task on all ranks, with this message and rank
   */
  R run(RankContext rank, Events<E> events) throws Exception;

  /** Takes progress reports; never blocks for long. */
  interface Events<E> {
    void report(E event);
  }
}
