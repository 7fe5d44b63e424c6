package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the project builds needs an installed Lockstep: docs/your-own.md has the commands. */
class InitCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void init_newDirectory_writesTheProjectAndTheCommands() throws IOException {
    Path project = directory.resolve("above").resolve("my-model");

    int code = init(project.toString(), "--package", "org.birds.nets");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(files(project))
        .containsExactly(
            ".gitignore",
            "README.md",
            "pom.xml",
            "src/main/java/org/birds/nets/Narrow.java",
            "src/test/java/org/birds/nets/NarrowTest.java");
    assertThat(project.resolve("src/main/java/org/birds/nets/Narrow.java"))
        .content()
        .startsWith("package org.birds.nets;\n")
        .hasLineCount(15);
    assertThat(project.resolve("README.md"))
        .content()
        .contains("LOCKSTEP_CLASSPATH=" + project + "/target/classes bin/lockstep train");
    assertThat(out.toString())
        .contains("-f " + project + " package")
        .contains(
            "LOCKSTEP_CLASSPATH="
                + project
                + "/target/classes bin/lockstep train --model org.birds.nets.Narrow");
  }

  /** Surefire starts tests in the directory of the module. */
  @Test
  void init_withoutPackage_writesAPomForThisVersion() throws IOException {
    Path project = Files.createDirectory(directory.resolve("net"));

    assertThat(init(project.toString())).isZero();

    String own = Files.readString(Path.of("pom.xml"));
    String version = own.replaceAll("(?s).*?<parent>.*?<version>(.*?)</version>.*", "$1");
    assertThat(project.resolve("pom.xml"))
        .content()
        .contains("<groupId>com.example</groupId>", "<artifactId>net</artifactId>")
        .contains("<lockstep.version>" + version + "</lockstep.version>")
        .doesNotContain("@");
  }

  @Test
  void init_directoryWithFiles_isRefusedAndLeftAlone() throws IOException {
    Files.createFile(directory.resolve("notes"));

    int code = init(directory.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("expected an empty directory or none, found notes in it");
    assertThat(files(directory)).containsExactly("notes");
    assertThat(init(directory.resolve("notes").toString())).isEqualTo(2);
  }

  private int init(String... arguments) {
    String[] words = Stream.concat(Stream.of("init"), Stream.of(arguments)).toArray(String[]::new);
    return Commands.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words);
  }

  private static Stream<String> files(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList()
          .stream();
    }
  }
}
