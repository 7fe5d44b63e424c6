package org.lockstep.examples.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.data.Shards;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

class WatchTest {
  private static final TrainConfig CONFIG = WatchedRuns.config("group:4", Shards.BY_LABEL, 2);
  private static final String RUN = "group-4-by-label-batch2";

  @TempDir private Path directory;
  private final List<String> warnings = new ArrayList<>();

  @Test
  void progress_ofARun_isThereLineByLineWhileItGoesOn() throws Exception {
    try (Watch watch = watch()) {
      watch.begin("a title", "a command", 3);
      TrainListener run = watch.of(CONFIG);
      run.onStart(WatchedRuns.after(CONFIG, 0));
      run.onEpoch(WatchedRuns.epoch(1));

      List<RunEvent> events = ProgressFile.read(directory);
      RunEvent.Measured measured = (RunEvent.Measured) events.get(2);
      assertThat(events).hasSize(3);
      assertThat(events.get(0)).isInstanceOf(RunEvent.Session.class);
      assertThat(((RunEvent.Started) events.get(1)).stepsPerEpoch()).isEqualTo(WatchedRuns.STEPS);
      assertThat(measured.run()).isEqualTo(RUN);
      assertThat(measured.step()).isEqualTo(WatchedRuns.STEPS);
      assertThat(measured.figures().learningRate()).isEqualTo(0.5);
      assertThat(measured.figures().waitedSeconds()).containsExactly(0.5, 1.5);
      assertThat(measured.figures().drift())
          .containsExactly(new EpochFigures.Drift("norm1", 0.25, 1.0));

      run.onEpoch(WatchedRuns.epoch(2));
      RunEvent.Measured second = (RunEvent.Measured) ProgressFile.read(directory).get(3);
      assertThat(second.step()).isEqualTo(2 * WatchedRuns.STEPS);
      assertThat(second.figures().learningRate()).isEqualTo(0.25);
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void progress_ofARunThatGoesOn_holdsTheEpochsBefore() throws Exception {
    try (Watch watch = watch()) {
      TrainListener run = watch.of(CONFIG);
      run.onStart(WatchedRuns.after(CONFIG, 1));
      run.onEpoch(WatchedRuns.epoch(2));
    }

    List<RunEvent> events = ProgressFile.read(directory);
    assertThat(((RunEvent.Started) events.get(0)).epochsDone())
        .containsExactly(EpochFigures.of(CONFIG, WatchedRuns.STEPS, WatchedRuns.epoch(1)));
    assertThat(((RunEvent.Measured) events.get(1)).step()).isEqualTo(2 * WatchedRuns.STEPS);
  }

  @Test
  void progress_ofADivergedRun_hasNoNumberWhereThereIsNone() throws Exception {
    try (Watch watch = watch()) {
      TrainListener run = watch.of(CONFIG);
      run.onStart(WatchedRuns.after(CONFIG, 0));
      run.onEpoch(WatchedRuns.epoch(1, Double.NaN, null));
    }

    assertThat(Files.readString(directory.resolve(ProgressFile.NAME))).doesNotContain("NaN");
    EpochFigures figures = ((RunEvent.Measured) ProgressFile.read(directory).get(1)).figures();
    assertThat(figures.trainLoss()).isNull();
    assertThat(figures.testLoss()).isEqualTo(2);
  }

  @Test
  void progress_ofTheNextCommand_beginsAnew() throws Exception {
    for (String title : List.of("first", "second")) {
      try (Watch watch = watch()) {
        watch.begin(title, "a command", 1);
        watch.failed(CONFIG, "no workers");
      }
    }

    assertThat(ProgressFile.read(directory))
        .hasSize(2)
        .first()
        .extracting(event -> ((RunEvent.Session) event).title())
        .isEqualTo("second");
  }

  @Test
  void read_lineThatIsStillBeingWritten_isLeftOut() throws Exception {
    try (Watch watch = watch()) {
      WatchedRuns.play(watch.of(CONFIG), CONFIG);
    }
    Path file = directory.resolve(ProgressFile.NAME);
    Files.writeString(file, "{\"event\":\"star", StandardOpenOption.APPEND);

    assertThat(ProgressFile.read(directory)).hasSize(4);
  }

  @Test
  void read_anotherProgramsLine_isNamed() throws Exception {
    Files.writeString(directory.resolve(ProgressFile.NAME), "nonsense\n");

    assertThatThrownBy(() -> ProgressFile.read(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in line 1, found nonsense");
  }

  @Test
  void watch_placeThatCannotBeWritten_warnsOnceAndLetsTheRunGoOn() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    try (Watch watch = new Watch(directory, file, warnings::add)) {
      WatchedRuns.play(watch.of(CONFIG), CONFIG);
    }

    assertThat(warnings).singleElement().asString().contains(file.toString());
    assertThat(ProgressFile.read(directory)).hasSize(4);
  }

  private Watch watch() {
    return new Watch(directory, null, warnings::add);
  }
}
