package org.lockstep.launch;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.Trainer;

/**
 * Builds a {@link Trainer} on every rank, at the start of a run or where a checkpoint left it.
 *
 * @param config what is run; every rank reads the data set it names
 * @param resume null: from the start
 */
public record BeginTraining(TrainConfig config, @Nullable Resume resume)
    implements WorkerTask<Void, RunState> {

  /**
   * Where a run goes on.
   *
   * @param store see {@code CheckpointStores.open}
   * @param steps after which those were saved that may be taken; null: all that are there
   */
  public record Resume(String store, @Nullable List<Long> steps) {}

  /** Returns where the run goes on. */
  @Override
  public RunState run(RankContext rank, Events<Void> events) throws IOException {
    rank.drop(Trainer.class); // The one before needs as much memory.
    return begin(rank, config, new Trainer(config, config.load(), rank.communicator()), resume);
  }

  /** Restores the trainer and leaves it to the tasks that follow. */
  public static RunState begin(
      RankContext rank, TrainConfig config, Trainer trainer, @Nullable Resume resume)
      throws IOException {
    rank.keep(Trainer.class, trainer);
    Communicator world = rank.communicator();
    RunState start = RunState.start(config, world.worldSize(), trainer.stepsPerEpoch());
    return resume == null ? start : new Restoration(trainer, world).from(resume, start);
  }
}
