package org.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that end, without a word, at every point of writing a checkpoint. */
@Timeout(300)
class KilledWriterIT {
  @TempDir Path directory;

  @Test
  void write_killedAnywhere_leavesTheNewestThatIsWhole() throws Exception {
    Path source = directory.resolve("source");
    States.write(new LocalStore(source), 2);
    long before = 1;
    for (int point = 0; ; point++) {
      Path place = directory.resolve("at-" + point);
      States.write(new LocalStore(place), 1);
      int code = writer(source.resolve("step-2"), place, point);
      assertThat(code).isIn(KilledWriter.HALTED, KilledWriter.WROTE);
      long found = States.newest(place);
      assertThat(found).as("killed at point %d", point).isBetween(before, 2L);
      before = found;
      assertThat(States.write(new LocalStore(place), 3)).isTrue();
      assertThat(States.newest(place)).isEqualTo(3);
      assertThat(States.entries(place)).allMatch(name -> name.startsWith("step-"));
      if (code == KilledWriter.WROTE) {
        assertThat(found).isEqualTo(2);
        assertThat(point).isGreaterThan(3 * 6 + 3);
        return;
      }
    }
  }

  private int writer(Path source, Path place, int point) throws Exception {
    Path log = Files.createTempFile(directory, "writer", ".log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledWriter.class.getName(),
                    source.toString(),
                    "model.safetensors,optimizer.safetensors,manifest.json",
                    place.toString(),
                    "step-2",
                    Integer.toString(point)))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
