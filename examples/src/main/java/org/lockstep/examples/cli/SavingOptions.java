package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.checkpoint.CheckpointStores;
import org.lockstep.launch.CheckpointNames;
import org.lockstep.launch.CheckpointOptions;
import picocli.CommandLine.Option;

/** Where and how often a run is saved, and whether it goes on from there. */
final class SavingOptions {
  private static final String EVERY_EPOCH = "epoch";

  @Option(
      names = "--checkpoint-dir",
      paramLabel = "PLACE",
      description =
          "Where checkpoints go: a directory that all workers see, or with --master a URL of any of"
              + " Hadoop's file systems (default: checkpoint in the output directory).")
  private @Nullable String place;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "Steps between checkpoints, or epoch (default: ${DEFAULT-VALUE}).")
  private String every = EVERY_EPOCH;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "Checkpoints that stay, the last ones (default: ${DEFAULT-VALUE}).")
  private int keep = 2;

  @Option(
      names = "--resume",
      description =
          "Go on from the newest checkpoint there; the other options must be those of the run, but"
              + " for --epochs, --patience, --statistics, --data-dir and --workers.")
  private boolean resume;

  /** What goes on from a checkpoint is repeated from there; empty for other runs. */
  String repeated(Path out) {
    if (!resume) {
      return "";
    }
    return " --resume"
        + RepeatCommand.option("out", out)
        + (place == null ? "" : RepeatCommand.option("checkpoint-dir", place));
  }

  /**
   * Checks what a dry run would do.
   *
   * @throws UsageException as {@link #options(Path)}, or if the run goes on from a checkpoint
   */
  void checkDryRun(Path out) {
    if (resume) {
      throw new UsageException(
          "--dry-run: expected a run from its start, found --resume; leave one of them out");
    }
    options(out);
  }

  /**
   * What the workers are told.
   *
   * @param out the output directory
   * @throws UsageException if a value is out of its range, the place cannot be reached, there is
   *     nothing to resume, or an earlier run would be lost
   */
  CheckpointOptions options(Path out) {
    String store = place == null ? out.resolve("checkpoint").toString() : place;
    if (!CheckpointStores.isUrl(store)) {
      store = Path.of(store).toAbsolutePath().normalize().toString();
    }
    CheckpointOptions options = options(store);
    List<String> present = present(store);
    if (present.isEmpty() && resume) {
      throw new UsageException("--resume: expected a checkpoint in " + store + ", found none");
    }
    if (!present.isEmpty() && !resume) {
      throw new UsageException(
          "--checkpoint-dir: expected no checkpoint of an earlier run in %s, found %s; give --resume to go on with it, or name another --checkpoint-dir or --out"
              .formatted(store, present.get(present.size() - 1)));
    }
    return options;
  }

  private CheckpointOptions options(String store) {
    try {
      return new CheckpointOptions(store, steps(), keep, resume);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private static List<String> present(String store) {
    try {
      return CheckpointStores.open(store).names().stream().filter(CheckpointNames::isOne).toList();
    } catch (IllegalArgumentException | IOException e) {
      throw new UsageException("--checkpoint-dir: " + e.getMessage());
    }
  }

  private int steps() {
    if (every.equals(EVERY_EPOCH)) {
      return 0;
    }
    if (!every.matches("[1-9]\\d{0,8}")) {
      throw new UsageException(
          "--checkpoint-every: expected a number of steps or " + EVERY_EPOCH + ", found " + every);
    }
    return Integer.parseInt(every);
  }
}
