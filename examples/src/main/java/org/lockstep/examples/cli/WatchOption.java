package org.lockstep.examples.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who else is told how the runs go on. */
final class WatchOption {
  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description =
          "Write event files for TensorBoard, a directory a run, and add to them after each epoch.")
  private @Nullable Path tensorBoard;

  /**
   * The directory, made if it is not there; null: there are no event files.
   *
   * @throws UsageException if nothing can be written there
   */
  @Nullable Path directory() {
    return tensorBoard == null ? null : OutputDirectory.prepare(tensorBoard);
  }
}
