package org.lockstep.spark.ml;

import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;
import org.lockstep.launch.CheckpointOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one fit, in a directory of its own: a CrossValidator has several fits of one
 * estimator under way. All are deleted when this is closed, since nobody could resume them.
 */
final class FitCheckpoints implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FitCheckpoints.class);
  private static final int KEPT = 2;

  private final String parent;
  private final String name;

  /**
   * @param parent directory or URL; empty: nothing is saved
   * @param uid of the estimator
   */
  FitCheckpoints(String parent, String uid) {
    this.parent = parent;
    name = uid + "-" + UUID.randomUUID();
  }

  /** After every epoch; null: nothing is saved. */
  @Nullable CheckpointOptions options() {
    return parent.isEmpty() ? null : new CheckpointOptions(place(), 0, KEPT, false);
  }

  private String place() {
    return parent + "/" + name;
  }

  @Override
  public void close() {
    if (parent.isEmpty()) {
      return;
    }
    try {
      CheckpointStore own = CheckpointStores.open(place());
      for (String checkpoint : own.names()) {
        own.delete(checkpoint);
      }
      CheckpointStores.open(parent).delete(name);
    } catch (IOException e) {
      log.warn("Cannot delete {}: {}", place(), e.getMessage());
    }
  }
}
