package org.lockstep.examples.report;

import static java.lang.Double.NaN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.data.Shards;
import org.lockstep.nn.norm.StatisticsDrift;
import org.lockstep.train.RunResult;

class ReportFilesTest {
  @TempDir Path directory;

  @Test
  void write_oneRun_isTheFormatThatOtherProgramsRead() throws IOException {
    RunResult run = Samples.run("sync", "small", Shards.BY_LABEL, 2, 0.86);
    RunResult oneEpoch =
        new RunResult(run.config(), run.workers(), List.of(Samples.epoch(1, 0.875)), run.digest());

    ReportFiles.write(directory, Samples.report(List.of(oneEpoch)));

    assertThat(Files.readString(directory.resolve("results.json")).replaceAll("\\s", ""))
        .isEqualTo(
            "{\"runs\":[{\"norm\":\"sync\",\"model\":\"small\",\"data\":\"fashion-mini\","
                + "\"workers\":8,\"batchPerWorker\":2,\"shards\":\"by-label\",\"seed\":1,"
                + "\"epochs\":[{\"epoch\":1,\"trainLoss\":0.375,\"testAccuracy\":0.875,"
                + "\"testAccuracyPrecise\":null,\"seconds\":4.0,\"imagesPerSecond\":1500.0,"
                + "\"collectiveSeconds\":1.0,\"bytesSent\":123456}],"
                + "\"finalTestAccuracy\":0.875,\"precision\":\"float32\",\"augment\":\"none\",\"learningRate\":0.01}]}");
  }

  @Test
  void write_measuredPopulation_addsItsAccuracyAndTheDrift() throws IOException {
    List<StatisticsDrift> drift =
        List.of(new StatisticsDrift("norm1", 0.5, 0.25), new StatisticsDrift("norm2", NaN, 1));

    ReportFiles.write(directory, Samples.report(List.of(Samples.both("local", 0.49, 0.61, drift))));

    assertThat(Files.readString(directory.resolve("results.json")).replaceAll("\\s", ""))
        .contains("\"testAccuracy\":0.49,\"testAccuracyPrecise\":0.61,")
        .endsWith(
            "\"finalTestAccuracy\":0.49,\"statisticsDrift\":["
                + "{\"layer\":\"norm1\",\"meanShift\":0.5,\"scaleShift\":0.25},"
                + "{\"layer\":\"norm2\",\"meanShift\":null,\"scaleShift\":1.0}],\"precision\":\"float32\",\"augment\":\"none\",\"learningRate\":0.01}]}");
  }

  @Test
  void write_lossThatIsNoNumber_isNull() throws IOException {
    RunResult run = Samples.run("none", "small", Shards.SHUFFLED, 2, Double.NaN);

    ReportFiles.write(directory, Samples.report(List.of(run)));

    assertThat(Files.readString(directory.resolve("results.json")))
        .contains("\"trainLoss\" : null");
  }

  @Test
  void write_twice_leavesTheTwoFilesAlone() throws IOException {
    Report report = Samples.report(Samples.comparison("small", 2));

    ReportFiles.write(directory, report);
    ReportFiles.write(directory, report);

    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("report.html", "results.json");
    }
  }

  @Test
  void write_placeTakenByADirectory_leavesNothingBeside() throws IOException {
    Files.createDirectories(directory.resolve("results.json").resolve("taken"));
    Report report = Samples.report(Samples.comparison("small", 2));

    assertThatThrownBy(() -> ReportFiles.write(directory, report)).isInstanceOf(IOException.class);

    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("results.json");
    }
  }
}
