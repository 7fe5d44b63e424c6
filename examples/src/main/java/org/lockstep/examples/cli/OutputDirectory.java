package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a command writes; tried before anything runs. */
final class OutputDirectory {
  private OutputDirectory() {}

  /**
   * Makes sure that a file can be written.
   *
   * @throws UsageException if its directory cannot be made or written to
   */
  static Path prepareFor(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    if (absolute.getParent() == null || Files.isDirectory(absolute)) {
      throw new UsageException("expected the name of a file, found the directory " + absolute);
    }
    return prepare(absolute.getParent()).resolve(absolute.getFileName());
  }

  /**
   * Creates the directory and the ones above it.
   *
   * @throws UsageException if that fails, or if no file can be made in it
   */
  static Path prepare(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      Files.delete(Files.createTempFile(absolute, ".lockstep", ".part"));
      return absolute;
    } catch (IOException e) {
      throw new UsageException(
          "cannot write to the directory "
              + absolute
              + " ("
              + e.getClass().getSimpleName()
              + " at "
              + e.getMessage()
              + "): name another one");
    }
  }
}
