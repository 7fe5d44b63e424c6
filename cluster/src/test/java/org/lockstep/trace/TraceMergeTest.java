package org.lockstep.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceMergeTest {
  private static final String EVENT =
      "{\"name\":\"%s\",\"cat\":\"c\",\"ph\":\"X\",\"ts\":1.0,\"dur\":2.5,\"pid\":0,\"tid\":0,"
          + "\"args\":{}}";

  @TempDir Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Timeline merged(Path... files) throws IOException {
    Path target = directory.resolve("trace.json");
    TraceMerge.merge(List.of(files), target);
    return Timeline.of(target);
  }

  @Test
  void merge_lineCutAnywhere_leavesOutThatEventOnly() throws IOException {
    String whole = "[\n" + EVENT.formatted("first") + ",\n";
    String next = EVENT.formatted("second") + ",";
    for (int length = 0; length < next.length(); length++) {
      Path cut = file("cut.json", whole + next.substring(0, length));
      assertThat(merged(cut).spans()).extracting(Timeline.Span::name).containsExactly("first");
    }
    assertThat(merged(file("whole.json", whole + next)).spans()).hasSize(2);
  }

  @Test
  void merge_severalFiles_holdsTheEventsOfThoseThatAreThere() throws IOException {
    Path one = file("one.json", "[\n" + EVENT.formatted("one") + ",\n");
    Path other = file("other.json", "[\n" + EVENT.formatted("other") + ",\n");

    assertThat(merged(one, directory.resolve("not-there.json"), other).spans())
        .extracting(Timeline.Span::name)
        .containsExactly("one", "other");
  }

  @Test
  void merge_noFileThere_isAnEmptyTimeline() throws IOException {
    assertThat(merged(directory.resolve("not-there.json")).spans()).isEmpty();
  }
}
