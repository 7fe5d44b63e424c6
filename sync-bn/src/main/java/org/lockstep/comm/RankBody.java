package org.lockstep.comm;

/** What one rank of an {@link InProcessGroup} does, on a thread of its own. */
@FunctionalInterface
public interface RankBody {
  /**
   * @param group this rank's handle; closed by the caller of this method
   */
  void run(Communicator group) throws Exception;
}
