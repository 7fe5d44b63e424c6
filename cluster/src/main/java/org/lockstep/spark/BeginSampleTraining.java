package org.lockstep.spark;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.data.Augmentation;
import org.lockstep.data.SampleFeed;
import org.lockstep.launch.BeginTraining;
import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;
import org.lockstep.nn.Shape;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.Trainer;

/**
 * Builds a trainer on every rank for the samples of its partition, which {@link ReadSamples} has
 * waited for. There are none to evaluate on.
 *
 * @param config what is run
 * @param shape of a sample
 * @param classes labels are 0 to below this
 * @param sizes how many samples each rank has
 * @param resume null: from the start
 */
record BeginSampleTraining(
    TrainConfig config,
    Shape shape,
    int classes,
    List<Integer> sizes,
    BeginTraining.@Nullable Resume resume)
    implements WorkerTask<Void, RunState> {
  BeginSampleTraining {
    sizes = List.copyOf(sizes);
  }

  @Override
  public RunState run(RankContext rank, Events<Void> events)
      throws IOException, InterruptedException {
    Communicator world = rank.communicator();
    SampleFeed feed =
        new SampleFeed(
            rank.kept(Shard.class).await(),
            shape,
            sizes.stream().mapToInt(Integer::intValue).toArray(),
            world.rank(),
            config.batchPerWorker(),
            config.seed(),
            Augmentation.parse(config.augment()));
    Trainer trainer = new Trainer(config, shape, classes, feed, null, world);
    return BeginTraining.begin(rank, config, trainer, resume);
  }
}
