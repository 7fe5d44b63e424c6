package org.lockstep.launch;

import java.io.IOException;
import java.util.Map;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointStores;
import org.lockstep.train.RunState;
import org.lockstep.train.Trainer;

/**
 * Rank 0 writes the state of all ranks.
 *
 * @param state where the run is
 * @param store see {@link CheckpointStores#open}
 */
record SaveCheckpoint(RunState state, String store) implements WorkerTask<Void, String> {

  /** Returns what the checkpoint is called. */
  @Override
  public String run(RankContext rank, Events<Void> events) throws IOException {
    Trainer trainer = rank.kept(Trainer.class);
    Map<String, double[]> statistics = trainer.gatherStatistics();
    String name = CheckpointNames.of(state.step());
    if (rank.communicator().rank() == 0) {
      Checkpoint.of(state, trainer.network(), trainer.optimizer(), statistics)
          .write(CheckpointStores.open(store), name);
    }
    return name;
  }
}
