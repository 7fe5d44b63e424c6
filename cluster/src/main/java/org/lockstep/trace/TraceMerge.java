package org.lockstep.trace;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts the timelines of ranks into one, whole or not. */
public final class TraceMerge {
  private TraceMerge() {}

  /**
   * Writes the events of all {@code files} that are there. A last line that a rank did not finish
   * is left out, and the one at an end, which says nothing about the time.
   *
   * @return how many of the files were there
   */
  public static int merge(List<Path> files, Path target) throws IOException {
    int found = 0;
    try (BufferedWriter writer = Files.newBufferedWriter(target)) {
      String separator = "[\n";
      for (Path file : files) {
        if (Files.exists(file)) {
          found++;
          separator = append(file, writer, separator);
        }
      }
      writer.write(found == 0 ? "[]\n" : "\n]\n");
    }
    return found;
  }

  private static String append(Path file, BufferedWriter writer, String first) throws IOException {
    String separator = first;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.endsWith("},")) {
          writer.write(separator + line.substring(0, line.length() - 1));
          separator = ",\n";
        }
      }
    }
    return separator;
  }
}
