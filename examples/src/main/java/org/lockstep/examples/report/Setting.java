package org.lockstep.examples.report;

import org.lockstep.data.Shards;
import org.lockstep.train.RunResult;

/** What the norms are compared at: how the data is dealt and how much a worker takes per step. */
record Setting(Shards shards, int batchPerWorker) {
  static Setting of(RunResult run) {
    return new Setting(run.config().shards(), run.config().batchPerWorker());
  }

  /** For example {@code shuffled shards, 2 images per worker}. */
  @Override
  public String toString() {
    String unit = batchPerWorker == 1 ? "image" : "images";
    return shards + " shards, " + batchPerWorker + " " + unit + " per worker";
  }
}
