package org.lockstep.rendezvous;

import java.util.function.Consumer;
import org.lockstep.comm.Communicator;
import org.lockstep.transport.FlightRecorder;

/** How a member runs a task that arrived. For the rank's thread. */
public interface TaskBody extends AutoCloseable {
  /**
   * Runs one task on this rank.
   *
   * @param taskClass which one
   * @param json its fields
   * @param events takes progress, as JSON
   * @return the result, as JSON
   * @throws Exception fails the task on all ranks
   */
  String run(String taskClass, String json, Communicator communicator, Consumer<String> events)
      throws Exception;

  /** The rank has joined its peers; no task was before. */
  default void joined(FlightRecorder recorder) {}

  /** Frees what tasks left behind; no task follows. */
  @Override
  default void close() {}
}
