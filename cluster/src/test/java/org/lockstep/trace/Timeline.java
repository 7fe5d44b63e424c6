package org.lockstep.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.StreamSupport;

/** The spans of a trace file. */
public record Timeline(List<Span> spans) {
  /** One of them, in nanoseconds. */
  public record Span(int rank, int lane, String category, String name, long from, long to) {}

  public static Timeline of(Path file) throws IOException {
    JsonNode events = new ObjectMapper().readTree(file.toFile());
    assertThat(events.isArray()).isTrue();
    return new Timeline(
        StreamSupport.stream(events.spliterator(), false)
            .filter(event -> event.get("ph").asText().equals("X"))
            .map(Timeline::span)
            .toList());
  }

  private static Span span(JsonNode event) {
    long from = Math.round(event.get("ts").asDouble() * 1000);
    return new Span(
        event.get("pid").asInt(),
        event.get("tid").asInt(),
        event.get("cat").asText(),
        event.get("name").asText(),
        from,
        from + Math.round(event.get("dur").asDouble() * 1000));
  }

  public List<Span> of(int rank, String category) {
    return spans.stream()
        .filter(span -> span.rank == rank && span.category.equals(category))
        .toList();
  }

  /** Asserts that of two spans of a lane one holds the other, or is over when the other begins. */
  public void assertNested() {
    spans.stream()
        .map(span -> List.of(span.rank, span.lane))
        .distinct()
        .forEach(
            lane ->
                assertNested(
                    spans.stream()
                        .filter(span -> List.of(span.rank, span.lane).equals(lane))
                        .toList()));
  }

  private static void assertNested(List<Span> lane) {
    List<Span> sorted = new ArrayList<>(lane);
    sorted.sort(
        Comparator.comparingLong(Span::from).thenComparing(Span::to, Comparator.reverseOrder()));
    Deque<Span> open = new ArrayDeque<>();
    for (Span span : sorted) {
      while (!open.isEmpty() && open.getLast().to <= span.from) {
        open.removeLast();
      }
      if (!open.isEmpty()) {
        assertThat(span.to)
            .as("%s in %s", span, open.getLast())
            .isLessThanOrEqualTo(open.getLast().to);
      }
      open.addLast(span);
    }
  }
}
