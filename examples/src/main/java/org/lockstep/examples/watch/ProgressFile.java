package org.lockstep.examples.watch;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code progress.jsonl}: a line of JSON an event, of the last command in its directory. */
public final class ProgressFile implements EventSink {
  public static final String NAME = "progress.jsonl";

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final OutputStream file;

  /** Begins anew. */
  ProgressFile(Path directory) throws IOException {
    file = Files.newOutputStream(directory.resolve(NAME)); // Unbuffered.
  }

  @Override
  public void accept(RunEvent event) throws IOException {
    file.write((JSON.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /**
   * What was written so far; a line that is still being written is left out.
   *
   * @throws IOException if it cannot be read, or another program wrote it
   */
  public static List<RunEvent> read(Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    String text = Files.readString(path);
    List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    List<RunEvent> events = new ArrayList<>();
    for (String line : lines) {
      try {
        events.add(JSON.readValue(line, RunEvent.class));
      } catch (IOException e) {
        throw new IOException(
            "%s: expected one of Lockstep's events in line %d, found %s"
                .formatted(path, events.size() + 1, line),
            e);
      }
    }
    return events;
  }
}
