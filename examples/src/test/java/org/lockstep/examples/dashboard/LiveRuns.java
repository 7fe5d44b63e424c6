package org.lockstep.examples.dashboard;

import java.nio.file.Files;
import java.nio.file.Path;
import org.lockstep.data.Shards;
import org.lockstep.examples.watch.Watch;
import org.lockstep.examples.watch.WatchedRuns;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** A run that goes on when it is told to, in the directory {@code a b/run} below a root. */
final class LiveRuns {
  static final String DIRECTORY = "a b/run";
  private static final TrainConfig CONFIG = WatchedRuns.config("sync", Shards.BY_LABEL, 3);

  private final Watch watch;
  private final TrainListener run;
  private int epoch;

  LiveRuns(Path root) throws Exception {
    Path directory = Files.createDirectories(root.resolve(DIRECTORY));
    watch =
        new Watch(
            directory,
            null,
            warning -> {
              throw new AssertionError(warning);
            });
    watch.begin("A <title>", "bin/lockstep train --norm 'a<b'", 1);
    run = watch.of(CONFIG);
    run.onStart(WatchedRuns.after(CONFIG, 0));
  }

  void nextEpoch() {
    run.onEpoch(WatchedRuns.epoch(++epoch));
  }

  void fail() {
    watch.failed(CONFIG, "rank 1 <ended>");
  }
}
