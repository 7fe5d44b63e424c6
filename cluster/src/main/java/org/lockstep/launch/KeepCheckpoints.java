package org.lockstep.launch;

import java.io.IOException;
import java.util.List;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rank 0 deletes the checkpoints of the run but some. A task of its own, so that none goes before
 * the driver knows that a newer one is there. What cannot be deleted stays.
 *
 * @param store see {@link CheckpointStores#open}
 * @param steps after which they were saved that stay
 */
record KeepCheckpoints(String store, List<Long> steps) implements WorkerTask<Void, Integer> {
  private static final Logger log = LoggerFactory.getLogger(KeepCheckpoints.class);

  KeepCheckpoints {
    steps = List.copyOf(steps);
  }

  /** Returns how many gave way. */
  @Override
  public Integer run(RankContext rank, Events<Void> events) throws IOException {
    int count = 0;
    if (rank.communicator().rank() == 0) {
      CheckpointStore place = CheckpointStores.open(store);
      for (String name : place.names()) {
        if (CheckpointNames.isOne(name) && !steps.contains(CheckpointNames.step(name))) {
          count += delete(place, name);
        }
      }
    }
    return count;
  }

  private static int delete(CheckpointStore place, String name) {
    try {
      place.delete(name);
      return 1;
    } catch (IOException e) {
      log.warn("Cannot delete the checkpoint {}: {}", place.place(name), e.toString());
      return 0;
    }
  }
}
