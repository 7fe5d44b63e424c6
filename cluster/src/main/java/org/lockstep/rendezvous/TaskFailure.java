package org.lockstep.rendezvous;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.lockstep.comm.CommunicationException;

/** What a member tells of an exception that ended its task. */
final class TaskFailure {
  private TaskFailure() {}

  static ControlMessage.Failed of(Throwable failure) {
    StringWriter detail = new StringWriter();
    failure.printStackTrace(new PrintWriter(detail));
    return new ControlMessage.Failed(isCollective(failure), sentence(failure), detail.toString());
  }

  /** Whether a collective failed, however the task wrapped that. */
  private static boolean isCollective(Throwable failure) {
    return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
        .anyMatch(CommunicationException.class::isInstance);
  }

  /** The message where it is written for users, else with the kind of exception before it. */
  private static String sentence(Throwable failure) {
    String message = failure.getMessage();
    boolean forUsers =
        failure instanceof IllegalArgumentException
            || failure instanceof UncheckedIOException
            || failure.getClass().getPackageName().startsWith("org.lockstep.");
    return message != null && forUsers ? message : failure.toString();
  }
}
