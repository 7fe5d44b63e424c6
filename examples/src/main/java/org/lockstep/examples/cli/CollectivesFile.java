package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.rendezvous.FlightReport;

/**
 * Writes what the ranks of a failed cluster did last, and says in the failure where: {@code
 * collectives.txt} in the directory of the logs, {@code collectives-1.txt} after a restart.
 */
final class CollectivesFile implements UnaryOperator<ClusterException> {
  private final Path directory;
  private int failures;

  CollectivesFile(Path directory) {
    this.directory = directory;
  }

  @Override
  public ClusterException apply(ClusterException failure) {
    FlightReport report = failure.report();
    int restart = failures++;
    if (report.full().isEmpty()) {
      return failure;
    }
    String name = restart == 0 ? "collectives.txt" : "collectives-" + restart + ".txt";
    return failure.with(report.endingWith(write(directory.resolve(name), report.full())));
  }

  private static String write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
      return "more of each rank: " + file;
    } catch (IOException e) {
      return "more of each rank is lost, cannot write " + e.getMessage();
    }
  }
}
