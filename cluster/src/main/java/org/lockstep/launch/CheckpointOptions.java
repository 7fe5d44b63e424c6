package org.lockstep.launch;

/**
 * Where and how often a run is saved.
 *
 * @param store see {@code CheckpointStores.open}; seen by all workers
 * @param everySteps 0: at the end of every epoch
 * @param keep this many of the last ones stay, at least 1
 * @param resume whether the run goes on from the newest one there, instead of from its start
 */
public record CheckpointOptions(String store, int everySteps, int keep, boolean resume) {
  public CheckpointOptions {
    if (everySteps < 0 || keep < 1) {
      throw new IllegalArgumentException(
          "expected a checkpoint every epoch (0) or every 1 or more steps, and 1 or more to keep, found every %d, keep %d"
              .formatted(everySteps, keep));
    }
  }
}
