package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Augmentation;
import org.lockstep.data.DataException;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.ShardedSampler;
import org.lockstep.data.Shards;
import org.lockstep.models.Models;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.LoneImages;
import org.lockstep.train.TrainConfig;

/** Finds out all that can be known about runs before a worker starts. */
final class Preflight {
  private Preflight() {}

  /**
   * Checks runs that share one data set.
   *
   * @param fewest workers that a run may go on with
   * @param workers that it starts with
   * @return the data set, which is there and whole
   * @throws UsageException for the first thing that cannot work
   */
  static Dataset check(List<TrainConfig> plan, int fewest, int workers) {
    try {
      TrainConfig first = plan.get(0);
      Dataset dataset = load(first.data(), first.dataDir(), first.limit());
      for (int size = workers; size >= fewest; size--) {
        int world = size;
        plan.forEach(config -> check(config, dataset, world));
      }
      return dataset;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  /**
   * Loads a data set.
   *
   * @throws UsageException if it is unknown, missing or damaged
   */
  static Dataset load(String name, @Nullable String dir, int limit) {
    try {
      return Datasets.load(name, dir == null ? null : Path.of(dir), limit);
    } catch (IllegalArgumentException | DataException e) {
      throw new UsageException(e);
    }
  }

  /**
   * Checks that one rank can train a model with batch norm.
   *
   * @param batch images of a step
   * @throws UsageException if the model does not fit the images or their number
   */
  static void checkAlone(String model, Dataset dataset, int batch, long seed) {
    try {
      check(model, NormSpec.parse("sync"), dataset, Shards.SHUFFLED, batch, 1, seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private static void check(TrainConfig config, Dataset dataset, int workers) {
    Augmentation.parse(config.augment()).check(dataset.shape());
    check(
        config.model(),
        NormSpec.parse(config.norm()),
        dataset,
        config.shards(),
        config.batchPerWorker(),
        workers,
        config.seed());
  }

  private static void check(
      String model,
      NormSpec norm,
      Dataset dataset,
      Shards shards,
      int batch,
      int workers,
      long seed) {
    Models.check(model, dataset.shape(), dataset.classes(), norm, workers);
    ShardedSampler sampler = new ShardedSampler(dataset.train(), shards, batch, 0, workers, seed);
    LoneImages.check(model, norm, dataset.shape(), dataset.classes(), sampler, workers);
  }
}
