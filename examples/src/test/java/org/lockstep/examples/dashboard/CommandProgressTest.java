package org.lockstep.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.data.Shards;
import org.lockstep.examples.watch.EpochFigures;
import org.lockstep.examples.watch.ProgressFile;
import org.lockstep.examples.watch.Watch;
import org.lockstep.examples.watch.WatchedRuns;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

class CommandProgressTest {
  private static final TrainConfig SYNC = WatchedRuns.config("sync", Shards.SHUFFLED, 4);
  private static final TrainConfig GROUP = WatchedRuns.config("group:4", Shards.SHUFFLED, 1);

  @TempDir private Path directory;
  private Watch watch;

  @BeforeEach
  void begin() {
    watch =
        new Watch(
            directory,
            null,
            warning -> {
              throw new AssertionError(warning);
            });
    watch.begin("Lockstep comparison", "bin/lockstep compare", 2);
  }

  @Test
  void of_commandThatJustBegan_hasNoRunYet() throws Exception {
    CommandProgress command = progress();

    assertThat(command.planned()).isEqualTo(2);
    assertThat(command.finished()).isFalse();
    assertThat(status(command)).isEqualTo("The first run begins");
  }

  @Test
  void of_runInItsSecondEpoch_isAtTheStepHeardLast() throws Exception {
    TrainListener run = watch.of(SYNC);
    run.onStart(WatchedRuns.after(SYNC, 0));
    run.onEpoch(WatchedRuns.epoch(1));

    CommandProgress command = progress();
    assertThat(command.current().fractionDone()).isEqualTo(0.25);
    assertThat(status(command))
        .isEqualTo("Running: run 1 of 2, Sync-BN, epoch 2 of 4, step 0 of 10");
    assertThat(new Sentences(command).news())
        .isEqualTo(
            "Sync-BN, shuffled shards, 2 images per worker, after epoch 1: loss 1.000, accuracy 53.1 %");
  }

  @Test
  void of_runThatGoesOnFromACheckpoint_forgetsTheEpochsBehindIt() throws Exception {
    TrainListener run = watch.of(SYNC);
    run.onStart(WatchedRuns.after(SYNC, 0));
    run.onEpoch(WatchedRuns.epoch(1));
    run.onEpoch(WatchedRuns.epoch(2));
    watch.of(SYNC).onStart(WatchedRuns.after(SYNC, 1));

    CommandProgress command = progress();
    assertThat(command.runs()).hasSize(1);
    assertThat(command.current().epochs()).extracting(EpochFigures::epoch).containsExactly(1);
  }

  @Test
  void of_commandWhoseRunsAreAllOver_isFinished() throws Exception {
    WatchedRuns.play(watch.of(SYNC), SYNC);
    assertThat(progress().finished()).isFalse();

    WatchedRuns.play(watch.of(GROUP), GROUP);
    CommandProgress command = progress();

    assertThat(command.finished()).isTrue();
    assertThat(status(command)).isEqualTo("Finished, all 2 runs");
    assertThat(command.norms()).containsExactly("Sync-BN", "GroupNorm(4)");
    assertThat(command.settings()).hasSize(1);
  }

  @Test
  void of_commandThatFailed_saysWhy() throws Exception {
    watch.of(SYNC).onStart(WatchedRuns.after(SYNC, 0));
    watch.failed(SYNC, "rank 1 of 2 ended");

    CommandProgress command = progress();
    assertThat(command.current().state()).isEqualTo(RunProgress.State.FAILED);
    assertThat(status(command)).isEqualTo("Failed: rank 1 of 2 ended");
  }

  @Test
  void status_withoutNewsForLong_saysSo() throws Exception {
    watch.of(SYNC).onStart(WatchedRuns.after(SYNC, 0));
    CommandProgress command = progress();

    assertThat(new Sentences(command).status(heard(command) + 5 * 60_000))
        .endsWith("; no news for 5 min, it may have been ended");
  }

  private CommandProgress progress() throws Exception {
    return CommandProgress.of(ProgressFile.read(directory));
  }

  private static String status(CommandProgress command) {
    return new Sentences(command).status(heard(command));
  }

  private static long heard(CommandProgress command) {
    return Objects.requireNonNull(command.last()).time();
  }
}
