package org.lockstep.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk too small for the checkpoints of a run: a tmpfs, which only root may mount. */
@Timeout(240)
class FullDiskIT {
  private static final String TRAIN =
      "train --workers 2 --batch 8 --norm sync --limit 64 --epochs 3 --keep 3 --out %s"
          + " --checkpoint-dir %s";

  @TempDir Path directory;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    FinishedCommand mount = as("mount", "-t", "tmpfs", "-o", "size=64k", "lockstep", "" + disk);
    mounted = mount.code() == 0;
    assumeTrue(mounted, "cannot mount a tmpfs here: " + mount.text().strip());
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      FinishedCommand unmount = as("umount", disk.toString());
      assertThat(unmount.code()).as(unmount.text()).isZero();
    }
  }

  @Test
  void train_diskFullInTheThirdCheckpoint_failsWithOneSentenceAndKeepsTheTwoBefore()
      throws Exception {
    Path room = directory.resolve("room");
    FinishedCommand undisturbed = train(room, room.resolve("checkpoint"), "");
    assertThat(undisturbed.code()).as(undisturbed.text()).isZero();
    List<String> names = names(room.resolve("checkpoint"));
    assertThat(names).hasSize(3);
    long size = bytes(room.resolve("checkpoint").resolve(names.get(2)));
    remount(size * 5 / 2);

    FinishedCommand full = train(directory.resolve("out"), disk, "");

    assertThat(full.code()).as(full.text()).isEqualTo(1);
    List<String> sentences =
        full.text().lines().filter(line -> line.contains("No space left on device")).toList();
    assertThat(sentences)
        .singleElement()
        .asString()
        .contains(
            "failed during SaveCheckpoint: cannot write the checkpoint "
                + disk.resolve(names.get(2)))
        .containsPattern("\\.safetensors: No space left on device$");
    assertThat(full.text()).doesNotContain("\tat ").endsWith(sentences.get(0) + "\n");
    assertThat(full.survivors()).isEmpty();
    assertThat(names(disk)).containsExactly(names.get(0), names.get(1));
    FinishedCommand evaluate = FinishedCommand.of("evaluate --checkpoint " + disk, directory);
    assertThat(evaluate.code()).as(evaluate.text()).isZero();
    assertThat(evaluate.text()).doesNotContain("passed over");

    remount(size * 5);
    FinishedCommand resumed = train(directory.resolve("out"), disk, " --resume");
    assertThat(resumed.code()).as(resumed.text()).isZero();
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(disk.resolve(names.get(2)).resolve(file))
          .hasSameBinaryContentAs(room.resolve("checkpoint").resolve(names.get(2)).resolve(file));
    }
  }

  private FinishedCommand train(Path out, Path checkpoints, String more) throws Exception {
    return FinishedCommand.of(TRAIN.formatted(out, checkpoints) + more, directory);
  }

  private void remount(long bytes) throws Exception {
    FinishedCommand done = as("mount", "-o", "remount,size=" + bytes, disk.toString());
    assertThat(done.code()).as(done.text()).isZero();
  }

  private FinishedCommand as(String... command) throws Exception {
    return FinishedCommand.of(List.of(command), Map.of(), directory);
  }

  private static long bytes(Path checkpoint) throws IOException {
    long bytes = 0;
    for (String file : names(checkpoint)) {
      bytes += Files.size(checkpoint.resolve(file));
    }
    return bytes;
  }

  private static List<String> names(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
