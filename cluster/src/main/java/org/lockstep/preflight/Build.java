package org.lockstep.preflight;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HexFormat;
import java.util.jar.JarFile;

/** Which build of Lockstep a JVM runs; versions do not tell two snapshots apart. */
final class Build {
  /** Stands for classes in directories, which a developer's JVM runs. */
  static final String UNPACKED = "unpacked";

  private Build() {}

  /** A checksum over the classes of the jar that this class is from. */
  static String here() {
    CodeSource source = Build.class.getProtectionDomain().getCodeSource();
    try {
      Path path = Path.of(source.getLocation().toURI());
      return Files.isDirectory(path) ? UNPACKED : checksum(path);
    } catch (IOException | URISyntaxException e) {
      return "unknown: " + e.getMessage();
    }
  }

  /**
   * Of the checksums in the jar's own directory: no class is read, and their order is no matter.
   */
  static String checksum(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      long sum =
          jar.stream()
              .filter(entry -> entry.getName().startsWith("org/lockstep/"))
              .mapToLong(entry -> entry.getCrc() * (31L + entry.getName().hashCode()))
              .sum();
      return HexFormat.of().toHexDigits((int) (sum ^ (sum >>> Integer.SIZE)));
    }
  }
}
