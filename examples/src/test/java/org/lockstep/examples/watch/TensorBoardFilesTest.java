package org.lockstep.examples.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.data.Shards;
import org.lockstep.examples.watch.EventFileReader.Event;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

class TensorBoardFilesTest {
  private static final TrainConfig CONFIG = WatchedRuns.config("sync", Shards.SHUFFLED, 300);

  @TempDir private Path directory;

  @Test
  void eventFile_ofARun_holdsEveryFigureOfEveryEpoch() throws Exception {
    try (Watch watch = watch()) {
      WatchedRuns.play(watch.of(CONFIG), CONFIG);
    }

    List<Event> events = EventFileReader.read(file("sync-shuffled-batch2"));
    assertThat(events).hasSize(2 + CONFIG.epochs());
    assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).restart()).isTrue();
    assertThat(events.get(1).step()).isEqualTo(1);
    for (int epoch = 1; epoch <= CONFIG.epochs(); epoch++) {
      Event event = events.get(1 + epoch);
      assertThat(event.step()).isEqualTo((long) epoch * WatchedRuns.STEPS);
      assertThat(event.scalars()).isEqualTo(expected(epoch));
    }
  }

  private static Map<String, Float> expected(int epoch) {
    Map<String, Float> scalars = new TreeMap<>();
    scalars.put("loss/train", (float) (1.0 / epoch));
    scalars.put("loss/test", (float) (2.0 / epoch));
    scalars.put("accuracy/test", 0.5f + epoch / 32f);
    scalars.put("accuracy/test_population", 0.5f + epoch / 16f);
    scalars.put("images_per_second", 1000f * epoch);
    scalars.put("learning_rate", (float) CONFIG.learningRateAt(epoch - 1));
    scalars.put("waited_seconds/rank_0", 0.5f * epoch);
    scalars.put("waited_seconds/rank_1", 1.5f * epoch);
    scalars.put("drift_of_mean/norm1", (float) (0.25 / epoch));
    scalars.put("drift_of_deviation/norm1", (float) epoch);
    return scalars;
  }

  @Test
  void eventFile_whileTheRunGoesOn_hasAllEpochsSoFarAndItsTime() throws Exception {
    try (Watch watch = watch()) {
      TrainListener run = watch.of(CONFIG);
      run.onStart(WatchedRuns.after(CONFIG, 0));
      double before = System.currentTimeMillis() / 1e3;
      run.onEpoch(WatchedRuns.epoch(1, Double.NaN, null));

      Event event = EventFileReader.read(file("sync-shuffled-batch2")).get(2);
      assertThat(event.wallTime()).isGreaterThanOrEqualTo(before).isCloseTo(before, within(60.0));
      assertThat(event.scalars())
          .containsEntry("loss/train", Float.NaN)
          .doesNotContainKeys("accuracy/test_population", "drift_of_mean/norm1");
    }
  }

  @Test
  void eventFile_ofARunThatGoesOn_takesBackTheStepsBehindItsCheckpoint() throws Exception {
    try (Watch watch = watch()) {
      TrainListener run = watch.of(CONFIG);
      run.onStart(WatchedRuns.after(CONFIG, 0));
      run.onEpoch(WatchedRuns.epoch(1));
      run.onEpoch(WatchedRuns.epoch(2));
      watch.of(CONFIG).onStart(WatchedRuns.after(CONFIG, 1));
    }

    List<Event> events = EventFileReader.read(file("sync-shuffled-batch2"));
    Event last = events.get(events.size() - 1);
    assertThat(events).hasSize(5);
    assertThat(last.restart()).isTrue();
    assertThat(last.step()).isEqualTo(WatchedRuns.STEPS + 1);
  }

  private Watch watch() {
    return new Watch(
        directory,
        directory,
        warning -> {
          throw new AssertionError(warning);
        });
  }

  private Path file(String run) throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve(run))) {
      List<Path> all = files.toList();
      assertThat(all).singleElement().asString().contains("tfevents");
      return all.get(0);
    }
  }
}
