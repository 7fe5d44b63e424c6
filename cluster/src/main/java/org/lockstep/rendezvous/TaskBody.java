package org.lockstep.rendezvous;

import java.util.function.Consumer;
import org.lockstep.comm.Communicator;

/** How a member runs a task that arrived. */
public interface TaskBody {
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
}
