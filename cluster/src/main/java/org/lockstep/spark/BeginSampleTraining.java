package org.lockstep.spark;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.data.SampleFeed;
import org.lockstep.data.SampleStore;
import org.lockstep.launch.BeginTraining;
import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;
import org.lockstep.nn.Shape;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.Trainer;

/**
 * Builds a trainer on every rank for the samples of its partition. There are none to evaluate on.
 *
 * @param config what is run
 * @param shape of a sample
 * @param classes labels are 0 to below this
 * @param resume null: from the start
 */
record BeginSampleTraining(
    TrainConfig config, Shape shape, int classes, BeginTraining.@Nullable Resume resume)
    implements WorkerTask<Void, BeginTraining.Begun> {
  @Override
  public BeginTraining.Begun run(RankContext rank, Events<Void> events) throws IOException {
    Communicator world = rank.communicator();
    SampleStore samples = rank.kept(Shard.class).await();
    SampleFeed feed =
        new SampleFeed(
            samples,
            shape,
            sizes(world, samples.size()),
            world.rank(),
            config.batchPerWorker(),
            config.seed());
    Trainer trainer = new Trainer(config, shape, classes, feed, null, world);
    return BeginTraining.begin(rank, config, trainer, resume);
  }

  /** How many samples each rank has. */
  private static int[] sizes(Communicator world, int mine) {
    double[] all = new double[world.worldSize()];
    world.allGather(new double[] {mine}, all, new OpTag(0, "samples", Phase.CONTROL));
    return Arrays.stream(all).mapToInt(size -> (int) size).toArray();
  }

  @Override
  public Class<Void> eventType() {
    return Void.class;
  }

  @Override
  public Class<BeginTraining.Begun> resultType() {
    return BeginTraining.Begun.class;
  }
}
