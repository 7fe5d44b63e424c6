package org.lockstep.launch;

import java.io.IOException;
import java.util.List;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;

/**
 * Rank 0 deletes all checkpoints but some, those of earlier runs in the same place included. A task
 * of its own, so that none goes before the driver knows that a newer one is there.
 *
 * @param store see {@link CheckpointStores#open}
 * @param names what stays
 */
record KeepCheckpoints(String store, List<String> names)
    implements WorkerTask<Void, KeepCheckpoints.Deleted> {

  /** How many gave way. */
  record Deleted(int count) {}

  KeepCheckpoints {
    names = List.copyOf(names);
  }

  @Override
  public Deleted run(RankContext rank, Events<Void> events) throws IOException {
    int count = 0;
    if (rank.communicator().rank() == 0) {
      CheckpointStore place = CheckpointStores.open(store);
      for (String name : place.names()) {
        if (CheckpointNames.isOne(name) && !names.contains(name)) {
          place.delete(name);
          count++;
        }
      }
    }
    return new Deleted(count);
  }

  @Override
  public Class<Void> eventType() {
    return Void.class;
  }

  @Override
  public Class<Deleted> resultType() {
    return Deleted.class;
  }
}
