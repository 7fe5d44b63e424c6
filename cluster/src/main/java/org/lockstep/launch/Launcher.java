package org.lockstep.launch;

/** Starts clusters of the same kind, one after the other. */
public interface Launcher extends AutoCloseable {
  /**
   * Starts the workers and waits until all have joined, or at least until there is a place for
   * each. The cluster before is closed by then.
   *
   * @throws org.lockstep.rendezvous.ClusterException if one ends or does not come in time
   */
  Cluster start();

  /** Lets go of what outlives a cluster. */
  @Override
  void close();
}
