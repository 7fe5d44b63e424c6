package org.lockstep.examples.watch;

import org.lockstep.train.TrainConfig;

/** What tells a run from the others of its command, fit for the name of a directory. */
final class RunName {
  private RunName() {}

  /** For example {@code group-4-by-label-batch2}. */
  static String of(TrainConfig config) {
    return (config.norm() + "-" + config.shards() + "-batch" + config.batchPerWorker())
        .replace(':', '-');
  }
}
