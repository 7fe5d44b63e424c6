package org.lockstep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CaseFoldersTest {
  @TempDir Path directory;

  @BeforeEach
  void threeCasesAndAnotherFolder() throws IOException {
    for (String name : new String[] {"b", "a", "c"}) {
      Files.createFile(Files.createDirectory(directory.resolve(name)).resolve("case.json"));
    }
    Files.createDirectory(directory.resolve("another"));
  }

  @Test
  void of_noOrderGiven_isAlphabetical() {
    assertThat(CaseFolders.of(directory)).containsExactly(folder("a"), folder("b"), folder("c"));
  }

  @Test
  void of_orderOfSome_putsTheOthersBehind() throws IOException {
    Files.writeString(directory.resolve("cases.json"), "[\"c\", \"a\"]");

    assertThat(CaseFolders.of(directory)).containsExactly(folder("c"), folder("a"), folder("b"));
  }

  @Test
  void of_nameWithoutFolder_isListedAllTheSame() throws IOException {
    Files.writeString(directory.resolve("cases.json"), "[\"lost\"]");

    assertThat(CaseFolders.of(directory)).first().isEqualTo(folder("lost"));
  }

  @Test
  void of_folderOfOneCase_isThatCase() {
    assertThat(CaseFolders.of(folder("b"))).containsExactly(folder("b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"a\": \"b\"}", "[1]", "\"a\"", "[\"a\", \"a\"]", "[\"a\"", "[\"\\u0000\"]"})
  void of_orderThatIsNoListOfNames_isRefused(String json) throws IOException {
    Files.writeString(directory.resolve("cases.json"), json);

    assertThatThrownBy(() -> CaseFolders.of(directory))
        .isInstanceOf(CaseException.class)
        .hasMessageContaining(directory.resolve("cases.json") + ": expected ");
  }

  @Test
  void of_missingDirectory_saysSo() {
    assertThatThrownBy(() -> CaseFolders.of(folder("lost")))
        .isInstanceOf(CaseException.class)
        .hasMessage(folder("lost") + ": expected a directory of cases, found nothing");
  }

  @Test
  void of_file_saysSo() throws IOException {
    Path file = Files.createFile(folder("file"));

    assertThatThrownBy(() -> CaseFolders.of(file)).hasMessageContaining("found a file");
  }

  @Test
  void of_directoryWithoutCases_saysSo() {
    assertThatThrownBy(() -> CaseFolders.of(folder("another")))
        .isInstanceOf(CaseException.class)
        .hasMessage(folder("another") + ": expected a folder with a case.json, found none");
  }

  private Path folder(String name) {
    return directory.resolve(name);
  }
}
