package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Maven project with one model. Its files are resources beside this class, in {@code project}.
 *
 * @param directory where it goes
 * @param name of the artifact
 * @param packageName of its classes, and its group
 * @param version of Lockstep
 */
record ProjectTemplate(Path directory, String name, String packageName, String version) {
  /** Where its classes will be, as a shell reads it back. */
  String classes() {
    return RepeatCommand.quoted(directory.resolve("target").resolve("classes").toString());
  }

  /** Writes all files. */
  void write() throws IOException {
    String folder = packageName.replace('.', '/');
    write("pom.xml", directory.resolve("pom.xml"));
    write("README.md", directory.resolve("README.md"));
    write("gitignore", directory.resolve(".gitignore"));
    write("Narrow.java", directory.resolve("src/main/java").resolve(folder).resolve("Narrow.java"));
    write(
        "NarrowTest.java",
        directory.resolve("src/test/java").resolve(folder).resolve("NarrowTest.java"));
  }

  private void write(String resource, Path file) throws IOException {
    try (InputStream in = ProjectTemplate.class.getResourceAsStream("project/" + resource)) {
      if (in == null) {
        throw new IOException(
            resource + " is not in the jar of " + ProjectTemplate.class.getName());
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          text.replace("@NAME@", name)
              .replace("@PACKAGE@", packageName)
              .replace("@VERSION@", version)
              .replace("@CLASSES@", classes()));
    }
  }
}
