package org.lockstep.launch;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointException;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.Trainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the trainers of all ranks to where a checkpoint left a run. Rank 0 looks for the newest
 * that is whole, the others take the same one.
 */
final class Restoration {
  private static final Logger log = LoggerFactory.getLogger(Restoration.class);

  private final Trainer trainer;
  private final Communicator world;

  Restoration(Trainer trainer, Communicator world) {
    this.trainer = trainer;
    this.world = world;
  }

  /**
   * Restores parameters, running statistics, optimizer and step.
   *
   * @throws CheckpointException if there is none that fits, or this rank does not see it
   * @throws IllegalArgumentException if the checkpoint is of another run than {@code config}
   */
  @Collective
  RunState from(BeginTraining.Resume resume, TrainConfig config) throws IOException {
    Checkpoint checkpoint = agreed(resume);
    RunState state = checkpoint.run().resumedBy(config, world.worldSize());
    checkpoint.restore(trainer.network(), world.rank(), world.worldSize());
    checkpoint.restore(trainer.optimizer());
    trainer.resumeAfter(state.step());
    return state;
  }

  private Checkpoint agreed(BeginTraining.Resume resume) throws IOException {
    CheckpointStore store = CheckpointStores.open(resume.store());
    Checkpoint newest = world.rank() == 0 ? newest(store, resume.names()) : null;
    double[] step = {newest == null ? 0 : newest.run().step()};
    world.allReduce(step, 1, ReduceOp.SUM, new OpTag(0, "step to resume after", Phase.CONTROL));
    if (newest != null) {
      return newest;
    }
    try {
      return Checkpoint.read(store, CheckpointNames.of((long) step[0]));
    } catch (CheckpointException e) {
      throw new CheckpointException(
          e.getMessage() + "; all workers must see the same checkpoints as rank 0", e);
    }
  }

  private static Checkpoint newest(CheckpointStore store, @Nullable List<String> names)
      throws IOException {
    return Checkpoint.latest(store, names == null ? store.names() : names, log::warn);
  }
}
