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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The spans of a trace file. */
public record Timeline(List<Span> spans) {
  /**
   * One of them, in nanoseconds.
   *
   * @param collective its group and number, where it is one
   */
  public record Span(
      int rank, int lane, String category, String name, long from, long to, String collective) {}

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
        from + Math.round(event.get("dur").asDouble() * 1000),
        event.at("/args/group").asText() + "/" + event.at("/args/number").asText());
  }

  /** The spans of both. */
  public Timeline and(Timeline other) {
    return new Timeline(Stream.concat(spans.stream(), other.spans.stream()).toList());
  }

  public List<Span> of(int rank, String category) {
    return spans.stream()
        .filter(span -> span.rank == rank && span.category.equals(category))
        .toList();
  }

  /** Asserts that no rank of one attempt was done with an all-reduce before all had begun it. */
  public void assertCausal() {
    spans.stream()
        .filter(span -> span.name.startsWith("allReduce"))
        .collect(Collectors.groupingBy(Span::collective))
        .forEach(
            (collective, ranks) ->
                assertThat(ranks.stream().mapToLong(Span::to).min().orElseThrow())
                    .as("the end of the first of %s", ranks)
                    .isGreaterThan(ranks.stream().mapToLong(Span::from).max().orElseThrow()));
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
