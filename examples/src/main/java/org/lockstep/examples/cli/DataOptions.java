package org.lockstep.examples.cli;

import static org.lockstep.train.TrainConfig.DEFAULT;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Dataset;
import picocli.CommandLine.Option;

/** Which images a command takes. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "NAME",
      description =
          "fashion-mini or digits, which are embedded; with --data-dir fashion-mnist, mnist, cifar-10,"
              + " idx, npz, folder, or folder:HxW to scale its images (default: ${DEFAULT-VALUE}).")
  private String name = DEFAULT.data();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the files of that data set are.")
  private @Nullable Path directory;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "At most N training images, and a proportional part of the test images; 0: all"
              + " (default: ${DEFAULT-VALUE}).")
  private int limit = DEFAULT.limit();

  String name() {
    return name;
  }

  /** Absolute; null for embedded sets. */
  @Nullable String directory() {
    return directory == null ? null : directory.toAbsolutePath().toString();
  }

  int limit() {
    return limit;
  }

  /**
   * Reads the images.
   *
   * @throws UsageException if the set is unknown, missing or damaged
   */
  Dataset load() {
    return Preflight.load(name, directory(), limit);
  }

  /** These options as a command repeats them, behind a blank. */
  String repeated() {
    return RepeatCommand.data(name, directory(), limit);
  }
}
