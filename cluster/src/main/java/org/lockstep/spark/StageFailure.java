package org.lockstep.spark;

import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * What Spark says of a stage that failed.
 *
 * @param message Spark's, with a stack trace in it
 */
record StageFailure(String message) {
  private static final int TELLING_LINES = 2;

  static StageFailure of(ExecutionException failure) {
    Throwable job = failure.getCause() == null ? failure : failure.getCause();
    return new StageFailure(String.valueOf(job.getMessage()));
  }

  /** Its first lines, which say what went wrong, as one. */
  String reason() {
    return message.lines().limit(TELLING_LINES).map(String::trim).collect(Collectors.joining(" "));
  }

  /** Whether an executor was lost, by Spark's name for it. */
  boolean isLoss() {
    return message.contains("ExecutorLostFailure");
  }
}
