package org.lockstep.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BuildTest {
  @TempDir Path directory;

  @Test
  void checksum_ofTheSameClassesElsewhere_isTheSame() throws IOException {
    Path one = jar("org/lockstep/A.class=1", "org/lockstep/B.class=2", "com/other/C.class=3");
    Path other = jar("org/lockstep/B.class=2", "org/lockstep/A.class=1");
    assertThat(Build.checksum(one)).isEqualTo(Build.checksum(other));
  }

  @Test
  void checksum_ofAnotherClass_differs() throws IOException {
    assertThat(Build.checksum(jar("org/lockstep/A.class=1")))
        .isNotEqualTo(Build.checksum(jar("org/lockstep/A.class=2")));
  }

  @Test
  void checksum_ofTwoClassesThatSwappedTheirCode_differs() throws IOException {
    assertThat(Build.checksum(jar("org/lockstep/A.class=1", "org/lockstep/B.class=2")))
        .isNotEqualTo(Build.checksum(jar("org/lockstep/A.class=2", "org/lockstep/B.class=1")));
  }

  /** Entries as {@code name=content}. */
  private Path jar(String... entries) throws IOException {
    Path file = Files.createTempFile(directory, "build", ".jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        String[] parts = entry.split("=");
        jar.putNextEntry(new ZipEntry(parts[0]));
        jar.write(parts[1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }
}
