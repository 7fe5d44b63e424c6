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
   * @return where the run goes on: at its start if none of the checkpoints that it has saved itself
   *     can be read any more
   * @throws CheckpointException if there is none to resume, it does not fit, or this rank does not
   *     see it
   * @throws IllegalArgumentException if the checkpoint is of another run than {@code start}
   */
  @Collective
  RunState from(BeginTraining.Resume resume, RunState start) throws IOException {
    Checkpoint checkpoint = agreed(resume);
    if (checkpoint == null) {
      return start;
    }
    RunState state = checkpoint.run().resumedBy(start);
    checkpoint.restore(trainer.network(), world.rank(), world.worldSize());
    checkpoint.restore(trainer.optimizer());
    trainer.resumeAfter(state.step());
    return state;
  }

  private @Nullable Checkpoint agreed(BeginTraining.Resume resume) throws IOException {
    CheckpointStore store = CheckpointStores.open(resume.store());
    Checkpoint.Named newest = world.rank() == 0 ? newest(store, resume.steps()) : null;
    double[] which = {0, 0};
    if (newest != null) {
      which[0] = CheckpointNames.step(newest.name());
      which[1] = CheckpointNames.copy(newest.name());
    }
    world.allReduce(which, 2, ReduceOp.SUM, new OpTag(0, "step to resume after", Phase.CONTROL));
    if (which[1] == 0) {
      return null;
    }
    if (newest != null) {
      return newest.checkpoint();
    }
    try {
      return Checkpoint.read(store, CheckpointNames.of((long) which[0], (int) which[1]));
    } catch (CheckpointException e) {
      throw new CheckpointException(
          e.getMessage() + "; all workers must see the same checkpoints as rank 0", e);
    }
  }

  private static Checkpoint.@Nullable Named newest(
      CheckpointStore store, @Nullable List<Long> steps) throws IOException {
    List<String> names =
        store.names().stream()
            .filter(CheckpointNames::isOne)
            .filter(name -> steps == null || steps.contains(CheckpointNames.step(name)))
            .toList();
    try {
      return Checkpoint.latest(store, names, log::warn);
    } catch (CheckpointException e) {
      if (steps == null) {
        throw e;
      }
      log.warn("{}; the run starts again", e.getMessage());
      return null;
    }
  }
}
