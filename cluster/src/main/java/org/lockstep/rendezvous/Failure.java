package org.lockstep.rendezvous;

/**
 * Why a job failed.
 *
 * @param rank the worker that failed; negative: it is not known which
 * @param cause how that is known
 * @param message one sentence that names the worker and what happened
 * @param detail the worker's stack trace; empty where there is none
 */
public record Failure(int rank, Cause cause, String message, String detail) {

  /**
   * How a failure is known, from the vague to the certain. When a worker dies, its peers often
   * report a broken collective first: the strongest cause of a short while is the one to show.
   */
  public enum Cause {
    /** What runs the ranks has ended them: it was told to, or could not start them. */
    STOPPED,
    /** What runs the ranks has lost one. */
    LOST,
    /** A collective failed on this rank; the trouble is probably another one's. */
    COLLECTIVE,
    /** The control connection is gone. */
    CONNECTION,
    /** No heartbeat came for too long. */
    SILENT,
    /** The task threw. */
    TASK,
    /** The process ended. */
    EXIT;

    boolean isCertain() {
      return compareTo(SILENT) >= 0;
    }

    /** Whether another attempt may well succeed. */
    boolean isLoss() {
      return this != STOPPED && this != TASK;
    }
  }

  ClusterException exception() {
    return new ClusterException(message, detail, cause.isLoss());
  }
}
