package org.lockstep.launch;

import java.io.IOException;
import java.util.Map;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;
import org.lockstep.fault.Faults;
import org.lockstep.train.RunState;
import org.lockstep.train.Trainer;

/**
 * Rank 0 writes the state of all ranks.
 *
 * @param state where the run is
 * @param store see {@link CheckpointStores#open}
 */
record SaveCheckpoint(RunState state, String store) implements WorkerTask<Void, Integer> {

  /** Returns which copy after that step it is; 0 where nothing is written. */
  @Override
  public Integer run(RankContext rank, Events<Void> events) throws IOException {
    Trainer trainer = rank.kept(Trainer.class);
    Map<String, double[]> statistics = trainer.gatherStatistics();
    if (rank.communicator().rank() > 0) {
      return 0;
    }
    Checkpoint checkpoint =
        Checkpoint.of(state, trainer.network(), trainer.optimizer(), statistics);
    CheckpointStore place = placeOf(rank);
    int copy = 1;
    while (!checkpoint.write(place, CheckpointNames.of(state.step(), copy))) {
      copy++;
    }
    return copy;
  }

  private CheckpointStore placeOf(RankContext rank) {
    CheckpointStore place = CheckpointStores.open(store);
    return rank.find(Faults.class).map(faults -> faults.around(place, state.step())).orElse(place);
  }
}
