package org.lockstep.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.train.TrainListener;
import org.lockstep.transport.FlightRecorder;
import org.lockstep.transport.RecordedCollective;

class TraceFileTest {
  private static final long ORIGIN = 1_000_000;

  @TempDir Path directory;

  @Test
  void ended_collectiveThatFailed_isASpanFromItsStartWithAllThatIsKnown() throws IOException {
    Path file = directory.resolve("new/rank-3.json");
    try (TraceFile trace = TraceFile.create(file, 3, ORIGIN, new FlightRecorder())) {
      trace.ended(
          new RecordedCollective(
              7,
              42,
              true,
              "sum",
              "b\"0\"",
              28,
              ORIGIN + 1000,
              ORIGIN + 3500,
              ORIGIN + 9000,
              false,
              1,
              ORIGIN + 4000,
              5000));
    }
    JsonNode span = spans(file).get(0);
    assertThat(span.get("name").asText()).isEqualTo("sum");
    assertThat(span.get("pid").asInt()).isEqualTo(3);
    assertThat(span.get("ts").asDouble()).isEqualTo(3.5);
    assertThat(span.get("dur").asDouble()).isEqualTo(5.5);
    assertThat(span.get("args"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "{\"tag\":\"b\\\"0\\\"\",\"bytes\":28,\"group\":7,\"number\":42,\"waitedMicros\":5.0,"
                        + "\"lastWaitedForRank\":1,\"queuedMicros\":2.5,\"failed\":true}"));
  }

  private static JsonNode spans(Path file) throws IOException {
    var spans = new ObjectMapper().createArrayNode();
    new ObjectMapper()
        .readTree(file.toFile())
        .forEach(
            event -> {
              if (event.get("ph").asText().equals("X")) {
                spans.add(event);
              }
            });
    return spans;
  }

  @Test
  void onStep_fileStillOpen_holdsTheStepAlready() throws IOException {
    Path file = directory.resolve("rank-0.json");
    try (TraceFile trace = TraceFile.create(file, 0, ORIGIN, new FlightRecorder())) {
      TrainListener steps = trace.steps();
      steps.onStep(1, 1, 2);
      assertThat(Files.readString(file)).contains("\"step 1 of epoch 1\"").endsWith("}},\n");
    }
  }

  @Test
  void onStep_diskFull_endsTheTraceAndNotTheRun() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full));
    TraceFile trace = TraceFile.create(full, 0, ORIGIN, new FlightRecorder());
    TrainListener steps = trace.steps();
    assertThatCode(
            () -> {
              steps.onStep(1, 1, 2);
              steps.onStep(1, 2, 2);
              trace.close();
            })
        .doesNotThrowAnyException();
  }
}
