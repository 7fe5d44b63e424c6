package org.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer stopped at every point of its work, by an error after which it changes nothing more;
 * {@link KilledWriterIT} has real processes.
 */
@Timeout(120)
class StoppedWriterTest {
  private static final String FULL = "No space left on device";

  @TempDir Path directory;

  /** The end of a writer: the clean-up in its finally blocks comes to nothing, too. */
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static StoppingDisk stopping(int point) {
    return new StoppingDisk(
        point,
        path -> {
          throw new Stopped();
        });
  }

  @Test
  void write_stoppedAnywhere_leavesTheNewestThatIsWhole() throws IOException {
    int points = stopEverywhere(2, (store, place) -> States.write(store, 2));
    assertThat(points).isGreaterThan(3 * 6 + 4);
  }

  @Test
  void delete_stoppedAnywhere_leavesTheNewestThatIsWhole() throws IOException {
    int points =
        stopEverywhere(
            1,
            (store, place) -> {
              store.delete(States.name(0));
              return true;
            });
    assertThat(points).isGreaterThan(4);
  }

  private interface Work {
    boolean on(CheckpointStore store, Path place) throws IOException;
  }

  /**
   * Does the work on checkpoints 0 and 1, up to every point. Returns how many there are.
   *
   * @param newest when it is done
   */
  private int stopEverywhere(int newest, Work work) throws IOException {
    long before = 1;
    for (int point = 0; ; point++) {
      Path place = withTwo("at-" + point);
      StoppingDisk disk = stopping(point);
      boolean done = runs(() -> work.on(new LocalStore(place, disk), place));
      long found = States.newest(place);
      assertThat(found).as("at point %d", point).isBetween(before, done ? newest : 2L);
      before = found;
      int next = 3;
      assertThat(States.write(new LocalStore(place), next)).isTrue();
      assertThat(States.newest(place)).isEqualTo(next);
      assertThat(States.entries(place)).allMatch(name -> name.matches("step-\\d"));
      if (done) {
        assertThat(found).isEqualTo(newest);
        return point;
      }
    }
  }

  private interface Attempt {
    boolean get() throws IOException;
  }

  private static boolean runs(Attempt attempt) throws IOException {
    try {
      return attempt.get();
    } catch (Stopped e) {
      return false;
    }
  }

  /** Checkpoints 0 and 1, and what two writers before have left. */
  private Path withTwo(String name) throws IOException {
    Path place = directory.resolve(name);
    States.write(new LocalStore(place), 0);
    States.write(new LocalStore(place), 1);
    for (String left : List.of(".tmp-one", ".del-two")) {
      Files.createDirectory(place.resolve(left));
      Files.write(place.resolve(left).resolve("model.safetensors"), new byte[5]);
    }
    return place;
  }

  @Test
  void write_whereTheDiskIsFullFromAnyPointOn_saysWhatAndLeavesNothingBehind() throws IOException {
    int points = 0;
    for (int point = 0; ; point++) {
      Path place = directory.resolve("full-" + point);
      States.write(new LocalStore(place), 1);
      boolean[] full = {false};
      StoppingDisk disk =
          new StoppingDisk(
              point,
              path -> {
                if (!full[0]) {
                  full[0] = true;
                  throw new FileSystemException(path.toString(), null, FULL);
                }
              });
      LocalStore store = new LocalStore(place, disk);
      if (!full(store, place)) {
        break;
      }
      points++;
      assertThat(States.entries(place)).isSubsetOf("step-1", "step-2");
      assertThat(States.newest(place)).isEqualTo(States.entries(place).size());
    }
    assertThat(points).isGreaterThan(3 * 6 + 3);
  }

  private static boolean full(LocalStore store, Path place) throws IOException {
    try {
      assertThat(States.write(store, 2)).isTrue();
      return false;
    } catch (IOException e) {
      assertThat(e.getMessage())
          .startsWith("cannot write the checkpoint " + place.resolve("step-2") + ": " + place)
          .endsWith(": " + FULL);
      return true;
    }
  }

  /** What a restarted run's writer does to one of the attempt before that is still at work. */
  @Test
  void write_whileAnotherWriterIsAtWork_leavesNoneHalfDone() throws IOException {
    for (int point = 0; ; point++) {
      Path place = directory.resolve("both-" + point);
      States.write(new LocalStore(place), 1);
      boolean[] met = {false};
      LocalStore slow =
          new LocalStore(
              place,
              new StoppingDisk(
                  point,
                  path -> {
                    if (!met[0]) {
                      met[0] = true;
                      assertThat(States.write(new LocalStore(place), 3)).isTrue();
                    }
                  }));
      boolean wrote = writes(slow, place);
      if (!met[0]) {
        assertThat(point).isGreaterThan(3 * 6 + 3);
        return;
      }
      assertThat(States.newest(place)).isEqualTo(3);
      assertThat(States.entries(place).contains("step-2")).isEqualTo(wrote);
    }
  }

  private static boolean writes(LocalStore store, Path place) throws IOException {
    try {
      return States.write(store, 2);
    } catch (IOException e) {
      assertThat(e)
          .hasMessageContaining("cannot write the checkpoint " + place.resolve("step-2"))
          .hasMessageContaining("it is gone; a place for checkpoints must be that of one run only");
      return false;
    }
  }

  @Test
  void write_whereTheNameIsTakenMeanwhile_leavesTheOther() throws IOException {
    int taken = 0;
    for (int point = 0; point < 40; point++) {
      Path place = directory.resolve("taken-" + point);
      Path other = place.resolve("step-2/theirs");
      StoppingDisk disk =
          new StoppingDisk(
              point,
              path -> {
                if (!Files.exists(place.resolve("step-2"))) {
                  Files.createDirectories(other);
                }
              });
      boolean wrote = States.write(new LocalStore(place, disk), 2);
      assertThat(Files.exists(other)).isNotEqualTo(wrote);
      assertThat(States.entries(place)).containsExactly("step-2");
      taken += wrote ? 0 : 1;
    }
    assertThat(taken).isBetween(3 * 6 + 3, 39);
  }

  @Test
  void write_belowAFile_saysWhatIsWrong() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    LocalStore store = new LocalStore(file.resolve("below"));
    assertThatThrownBy(() -> States.write(store, 1))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("cannot write the checkpoint " + file + "/below/step-1: " + file);
  }

  /** What a power cut asks for, which no test can make. */
  @Test
  void write_intoANewPlace_forcesWhatARenameAndAPowerCutNeed() throws IOException {
    Path place = directory.resolve("new");
    List<String> order = new ArrayList<>();
    Disk disk =
        new Disk() {
          @Override
          void write(Path file, byte[] content) throws IOException {
            order.add("write " + file.getFileName());
            super.write(file, content);
          }

          @Override
          void force(Path forced) throws IOException {
            order.add("force " + forced.getFileName().toString().replaceFirst("-.*", "-"));
            super.force(forced);
          }

          @Override
          void rename(Path from, Path to) throws IOException {
            order.add("rename to " + to.getFileName());
            super.rename(from, to);
          }
        };
    States.write(new LocalStore(place, disk), 1);
    assertThat(order)
        .containsExactly(
            "force " + directory.getFileName().toString().replaceFirst("-.*", "-"),
            "write model.safetensors",
            "write optimizer.safetensors",
            "write manifest.json",
            "force .tmp-",
            "rename to step-1",
            "force new");
  }
}
