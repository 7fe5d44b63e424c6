package org.lockstep.rendezvous;

/**
 * A job that cannot start or go on. The message is one sentence that names the worker, its host and
 * what happened there.
 */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String detail;
  private final boolean loss;
  private final FlightReport report;

  public ClusterException(String message) {
    this(message, "", false);
  }

  public ClusterException(String message, Throwable cause) {
    this(message, cause, false);
  }

  /** A loss, or not. */
  ClusterException(String message, Throwable cause, boolean loss) {
    super(message, cause);
    detail = "";
    this.loss = loss;
    report = FlightReport.NONE;
  }

  /** A failure on a worker, with the stack trace from there. */
  ClusterException(String message, String detail, boolean loss) {
    super(message);
    this.detail = detail;
    this.loss = loss;
    report = FlightReport.NONE;
  }

  private ClusterException(ClusterException same, FlightReport report) {
    super(same.getMessage(), same.getCause());
    detail = same.detail;
    loss = same.loss;
    this.report = report;
  }

  /** The same, with what the ranks did last. */
  public ClusterException with(FlightReport report) {
    return new ClusterException(this, report);
  }

  /** What the ranks did last, as far as it is known. */
  public FlightReport report() {
    return report;
  }

  /** The stack trace of the worker that failed; empty where there is none. */
  public String detail() {
    return detail;
  }

  /** Whether a worker or its connection was lost, so that another attempt may well succeed. */
  public boolean isLoss() {
    return loss;
  }
}
