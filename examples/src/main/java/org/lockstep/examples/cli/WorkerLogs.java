package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A temporary directory for the logs of workers; the user wants to see it where one failed. */
record WorkerLogs(Path directory) {
  /**
   * A new directory.
   *
   * @param command stands in its name
   */
  static WorkerLogs of(String command) throws IOException {
    return new WorkerLogs(Files.createTempDirectory("lockstep-" + command));
  }

  void delete() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
