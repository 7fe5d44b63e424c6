package org.lockstep.launch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.train.EpochLoop;
import org.lockstep.train.RunResult;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/**
 * The driver's side of one training run: it has the workers of a cluster build their trainers,
 * plans the epochs and says when to save. Where a cluster fails, {@link #on} goes on from the last
 * checkpoint with another one.
 *
 * <p>Thread rule: one thread.
 */
public final class TrainingRun {
  private final TrainConfig config;
  private final Beginning beginning;
  private final @Nullable CheckpointOptions checkpoints;

  /** The steps after which this run was saved and whose checkpoints are kept, the oldest first. */
  private final Deque<Long> saved = new ArrayDeque<>();

  /** The task that builds the trainers, from what data it may be. */
  public interface Beginning {
    /**
     * @param cluster runs what must be known before
     */
    WorkerTask<Void, RunState> task(
        Cluster cluster, TrainConfig config, BeginTraining.@Nullable Resume resume);
  }

  /**
   * A run on the data set that {@code config} names.
   *
   * @param checkpoints null: nothing is saved
   */
  public TrainingRun(TrainConfig config, @Nullable CheckpointOptions checkpoints) {
    this(config, (cluster, same, resume) -> new BeginTraining(same, resume), checkpoints);
  }

  /** A run on other data. */
  public TrainingRun(
      TrainConfig config, Beginning beginning, @Nullable CheckpointOptions checkpoints) {
    this.config = config;
    this.beginning = beginning;
    this.checkpoints = checkpoints;
  }

  /**
   * Trains to the end, from where the last call came to.
   *
   * @throws org.lockstep.rendezvous.ClusterException if a worker fails or ends
   */
  public RunResult on(Cluster cluster, TrainListener listener) {
    TrainListener there = cluster.begin(config);
    WorkerTask<Void, RunState> begin = beginning.task(cluster, config, resume());
    RunState start = cluster.run(begin, nothing -> {}).get(0);
    if (saved.isEmpty() && checkpoints != null && checkpoints.resume()) {
      saved.add(start.step());
    }
    EpochLoop.Saver saver =
        checkpoints == null ? EpochLoop.Saver.NONE : new Checkpoints(checkpoints, cluster);
    RemoteRanks ranks = new RemoteRanks(cluster, start.stepsPerEpoch());
    return new EpochLoop(ranks, saver, listener.and(there)).run(start);
  }

  private BeginTraining.@Nullable Resume resume() {
    if (checkpoints != null && !saved.isEmpty()) {
      return new BeginTraining.Resume(checkpoints.store(), List.copyOf(saved));
    }
    return checkpoints != null && checkpoints.resume()
        ? new BeginTraining.Resume(checkpoints.store(), null)
        : null;
  }

  private final class Checkpoints implements EpochLoop.Saver {
    private final CheckpointOptions options;
    private final Cluster cluster;

    Checkpoints(CheckpointOptions options, Cluster cluster) {
      this.options = options;
      this.cluster = cluster;
    }

    @Override
    public int everySteps() {
      return options.everySteps();
    }

    @Override
    public void save(RunState state) {
      cluster.run(new SaveCheckpoint(state, options.store()), nothing -> {});
      saved.remove(state.step());
      saved.addLast(state.step());
      while (saved.size() > options.keep()) {
        saved.removeFirst();
      }
      cluster.run(new KeepCheckpoints(options.store(), List.copyOf(saved)), nothing -> {});
    }
  }
}
