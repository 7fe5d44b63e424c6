package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.LocalStore;
import org.lockstep.nn.Precision;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** Runs whose rank 0 gets SIGKILL in the middle of a checkpoint, again and again. */
@Timeout(240)
class KilledWhileSavingIT {
  private static final int KILLS = 6;

  @TempDir Path directory;

  @Test
  void on_rank0KilledWhileItSaves_goesOnFromTheNewestToTheSameBits() throws Exception {
    RunResult undisturbed;
    try (Cluster cluster = LocalCluster.start(options())) {
      undisturbed = new TrainingRun(config(), null).on(cluster, TrainListener.SILENT);
    }
    Path place = directory.resolve("checkpoints");
    long step = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      disturb(place, kill % 4, kill > 0);
      long newest = newestStep(place);
      assertThat(newest).as("after kill %d", kill).isGreaterThanOrEqualTo(step).isPositive();
      step = newest;
    }
    try (Cluster cluster = LocalCluster.start(options())) {
      RunResult result =
          new TrainingRun(config(), saving(place, true)).on(cluster, TrainListener.SILENT);
      assertThat(result.digest()).isEqualTo(undisturbed.digest());
    }
    assertThat(entries(place)).hasSize(2).allMatch(CheckpointNames::isOne);
    assertThat(newestStep(place)).isEqualTo(36);
  }

  /** Trains until there is a checkpoint and another one that has begun to have some files. */
  private void disturb(Path place, int files, boolean resume) throws Exception {
    try (LocalCluster cluster = LocalCluster.start(options())) {
      ProcessHandle rank0 = ProcessHandle.of(cluster.pids().get(0)).orElseThrow();
      CompletableFuture<Boolean> killed =
          CompletableFuture.supplyAsync(() -> killWhenSaving(rank0, place, files));
      assertThatThrownBy(
              () ->
                  new TrainingRun(config(), saving(place, resume))
                      .on(cluster, TrainListener.SILENT))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("was killed by signal 9");
      assertThat(killed.get()).isTrue();
    }
  }

  private static boolean killWhenSaving(ProcessHandle rank0, Path place, int files) {
    while (rank0.isAlive()) {
      try {
        List<String> names = entries(place);
        List<String> fresh = names.stream().filter(name -> name.startsWith(".tmp-")).toList();
        if (fresh.size() == 1
            && names.stream().anyMatch(CheckpointNames::isOne)
            && entries(place.resolve(fresh.get(0))).size() >= files) {
          return rank0.destroyForcibly();
        }
      } catch (IOException e) {
        Thread.onSpinWait(); // It is not there yet, or not any more.
      }
    }
    return false;
  }

  private static long newestStep(Path place) throws IOException {
    CheckpointStore store = new LocalStore(place);
    List<String> refused = new ArrayList<>();
    Checkpoint.Named newest = Checkpoint.latest(store, store.names(), refused::add);
    assertThat(refused).isEmpty();
    return newest.checkpoint().run().step();
  }

  private LocalClusterOptions options() {
    return LocalClusterOptions.of(2, directory.resolve("logs"));
  }

  private static CheckpointOptions saving(Path place, boolean resume) {
    return new CheckpointOptions(place.toString(), 1, 2, resume);
  }

  private static List<String> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** 12 steps an epoch, 3 epochs. */
  private static TrainConfig config() {
    return ShortRun.of("small", "sync", "digits", 48, 3, Precision.FLOAT32);
  }
}
