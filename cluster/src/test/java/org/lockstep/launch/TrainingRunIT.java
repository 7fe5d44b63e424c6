package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.checkpoint.LocalStore;
import org.lockstep.nn.Precision;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.trace.Timeline;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** Whole runs on real worker processes: stopped and resumed, killed and restarted. */
@Timeout(180)
class TrainingRunIT {
  private static final int WORKERS = 2;

  @TempDir Path directory;

  /** Local BN: every rank has running statistics of its own in the middle of an epoch. */
  @ParameterizedTest
  @CsvSource({"sync, FLOAT32", "local, FLOAT32", "local, BF16"})
  void on_resumedFromEveryCheckpoint_endsWithTheBitsOfTheWholeRun(String norm, Precision precision)
      throws IOException {
    Path whole = directory.resolve("whole");
    RunResult undisturbed;
    try (Cluster cluster = LocalCluster.start(options())) {
      undisturbed =
          new TrainingRun(config(norm, precision), saving(whole, 4, 99, false)).on(cluster, SILENT);
      assertThat(names(whole))
          .containsExactly(
              "step-00000004", "step-00000008", "step-00000012", "step-00000016", "step-00000018");
      for (String start : List.of("step-00000004", "step-00000016")) {
        Path resumed = directory.resolve("from-" + start);
        copy(whole.resolve(start), resumed.resolve(start));
        Files.createDirectories(resumed.resolve("not-ours"));
        RunResult result =
            new TrainingRun(config(norm, precision), saving(resumed, 4, 2, true))
                .on(cluster, SILENT);
        assertThat(result.digest()).isEqualTo(undisturbed.digest());
        assertThat(withoutTimes(result)).isEqualTo(withoutTimes(undisturbed));
        assertThat(names(resumed)).containsExactly("not-ours", "step-00000016", "step-00000018");
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
          assertThat(resumed.resolve("step-00000018").resolve(file))
              .hasSameBinaryContentAs(whole.resolve("step-00000018").resolve(file));
        }
      }
    }
    assertThat(undisturbed.epochs()).hasSize(3);
  }

  @Test
  void on_newestCheckpointDamaged_savesACopyBesideItAndResumesFromThat() throws IOException {
    Path place = directory.resolve("checkpoints");
    TrainConfig config = config("sync", Precision.FLOAT32);
    try (Cluster cluster = LocalCluster.start(options())) {
      RunResult undisturbed =
          new TrainingRun(config, saving(place, 4, 99, false)).on(cluster, SILENT);
      spoil(place.resolve("step-00000016"));
      for (int time = 0; time < 2; time++) {
        new LocalStore(place).delete("step-00000018");
        RunResult result = new TrainingRun(config, saving(place, 4, 99, true)).on(cluster, SILENT);
        assertThat(result.digest()).isEqualTo(undisturbed.digest());
        assertThat(names(place)).endsWith("step-00000016", "step-00000016-2", "step-00000018");
      }
    }
  }

  @Test
  void on_workerKilledInAStep_goesOnFromTheLastCheckpointToTheSameBits() {
    RunResult undisturbed;
    try (Cluster cluster = LocalCluster.start(options())) {
      undisturbed = new TrainingRun(config("sync", Precision.FLOAT32), null).on(cluster, SILENT);
    }
    List<String> warnings = new ArrayList<>();
    Killer killer = new Killer(new int[] {2, 3});
    TrainingRun run =
        new TrainingRun(
            config("sync", Precision.FLOAT32),
            saving(directory.resolve("checkpoints"), 4, 1, false));
    try (ResilientCluster cluster =
        new ResilientCluster(killer.launcher(options()), 2, warnings::add)) {
      RunResult result = cluster.run(ranks -> run.on(ranks, killer));
      assertThat(result.digest()).isEqualTo(undisturbed.digest());
      assertThat(withoutTimes(result)).isEqualTo(withoutTimes(undisturbed));
    }
    assertThat(warnings)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .contains("worker 1 of 2", "was killed by signal 9", "restart 1 of at most 2"),
            second -> assertThat(second).contains("restart 2 of at most 2"));
  }

  @Test
  void on_workerKilledInATracedStep_leavesOneTimelineOfBothAttempts() throws IOException {
    Killer killer = new Killer(new int[] {2});
    RunTrace trace = new RunTrace(directory.resolve("trace"));
    TrainingRun run =
        new TrainingRun(
            config("sync", Precision.FLOAT32),
            saving(directory.resolve("checkpoints"), 4, 1, false));
    try (trace;
        ResilientCluster cluster =
            new ResilientCluster(killer.launcher(options()), 1, warning -> {})) {
      cluster.run(
          ranks -> {
            trace.begin(ranks);
            return run.on(ranks, killer);
          });
    }
    Timeline timeline = Timeline.of(trace.file());
    timeline.assertNested();
    Timeline second = Timeline.of(directory.resolve("trace/restart-1/rank-1.json"));
    second.assertNested();
    second.and(Timeline.of(directory.resolve("trace/restart-1/rank-0.json"))).assertCausal();
    for (int rank = 0; rank < WORKERS; rank++) {
      // The first attempt saw an epoch and a step at least, the other went on from step 4.
      assertThat(timeline.of(rank, "step"))
          .extracting(Timeline.Span::name)
          .startsWith("step 1 of epoch 1", "step 2 of epoch 1")
          .endsWith("step 6 of epoch 3")
          .hasSizeGreaterThanOrEqualTo(6 + 10);
      assertThat(timeline.of(rank, "collective"))
          .extracting(Timeline.Span::name)
          .contains("allReduce MOMENTS of 33 doubles");
      assertThat(timeline.of(rank, "wait"))
          .extracting(Timeline.Span::name)
          .contains("wait for bucket0 gradient of step 0");
      assertThat(timeline.of(rank, "task"))
          .extracting(Timeline.Span::name)
          .contains("TrainStretch", "EvaluateNow", "SaveCheckpoint");
    }
  }

  @Test
  void on_allCheckpointsLost_startsAgain() throws IOException {
    Path checkpoints = directory.resolve("checkpoints");
    Killer killer = new Killer(new int[] {3});
    TrainingRun run =
        new TrainingRun(config("sync", Precision.FLOAT32), saving(checkpoints, 0, 2, false));
    TrainListener vandal =
        new TrainListener() {
          @Override
          public void onStep(int epoch, int step, int stepsPerEpoch) {
            killer.onStep(epoch, step, stepsPerEpoch);
            if (epoch == 3 && step == 1) {
              spoil(checkpoints.resolve("step-00000006"));
              spoil(checkpoints.resolve("step-00000012"));
            }
          }
        };
    try (ResilientCluster cluster =
        new ResilientCluster(killer.launcher(options()), 1, warning -> {})) {
      RunResult result = cluster.run(ranks -> run.on(ranks, vandal));
      assertThat(result.epochs()).hasSize(3);
    }
  }

  private static void spoil(Path checkpoint) {
    try {
      Files.writeString(checkpoint.resolve("manifest.json"), "{}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void run_lossBeyondTheRestarts_failsWithIt() {
    Killer killer = new Killer(new int[] {1, 1});
    TrainingRun run = new TrainingRun(config("sync", Precision.FLOAT32), null);
    List<String> warnings = new ArrayList<>();
    try (ResilientCluster cluster =
        new ResilientCluster(killer.launcher(options()), 1, warnings::add)) {
      assertThatThrownBy(() -> cluster.run(ranks -> run.on(ranks, killer)))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("was killed by signal 9");
    }
    assertThat(warnings).hasSize(1);
  }

  @Test
  void run_taskThatFailsByItself_isNotRepeated() {
    List<String> warnings = new ArrayList<>();
    try (ResilientCluster cluster =
        new ResilientCluster(new LocalLauncher(options()), 3, warnings::add)) {
      assertThatThrownBy(
              () -> cluster.run(ranks -> ranks.run(new Throwing(1, "wrong data"), e -> {})))
          .hasMessageContaining("wrong data");
    }
    assertThat(warnings).isEmpty();
  }

  /** Kills rank 1 as soon as it hears of a step of the next epoch on its list. */
  private static final class Killer implements TrainListener {
    private final int[] epochs;
    private int next;
    private List<Long> pids = List.of();

    Killer(int[] epochs) {
      this.epochs = epochs;
    }

    Launcher launcher(LocalClusterOptions options) {
      return new Launcher() {
        @Override
        public Cluster start() {
          LocalCluster cluster = LocalCluster.start(options);
          pids = cluster.pids();
          return cluster;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void onStep(int epoch, int step, int stepsPerEpoch) {
      if (next < epochs.length && epoch == epochs[next]) {
        next++;
        Processes.signal("KILL", pids.get(1));
      }
    }
  }

  private static final TrainListener SILENT = TrainListener.SILENT;

  private static List<List<Object>> withoutTimes(RunResult result) {
    return result.epochs().stream().map(TrainingRunIT::withoutTimes).toList();
  }

  private static List<Object> withoutTimes(EpochMetrics metrics) {
    return List.of(
        metrics.epoch(), metrics.trainLoss(), metrics.testLoss(), metrics.testAccuracy());
  }

  private LocalClusterOptions options() {
    return LocalClusterOptions.of(WORKERS, directory.resolve("logs"));
  }

  private static CheckpointOptions saving(Path store, int every, int keep, boolean resume) {
    return new CheckpointOptions(store.toString(), every, keep, resume);
  }

  private static List<String> names(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  /** 6 steps an epoch, 3 epochs. */
  private static TrainConfig config(String norm, Precision precision) {
    return ShortRun.of("small", norm, "digits", 24, 3, precision);
  }
}
