package org.lockstep.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as the format has it (Google 2016, "Trace Event Format"): a span that is over, or what
 * something is called.
 *
 * @param ph "X" for a span, "M" for a name
 * @param ts its begin, microseconds
 * @param dur its length, microseconds
 * @param pid the rank
 * @param tid the lane
 */
@JsonInclude(Include.NON_NULL)
record TraceEvent(
    String name,
    @Nullable String cat,
    String ph,
    @Nullable Double ts,
    @Nullable Double dur,
    int pid,
    int tid,
    Map<String, Object> args) {
  private static final double NANOS_PER_MICRO = 1000;

  /** A span from and to so many nanoseconds after the trace's origin. */
  static TraceEvent span(
      String name, String cat, long from, long to, int pid, int tid, Map<String, Object> args) {
    return new TraceEvent(
        name, cat, "X", from / NANOS_PER_MICRO, (to - from) / NANOS_PER_MICRO, pid, tid, args);
  }

  /**
   * @param event which name it is, for example "thread_name"
   * @param key what the format calls it there
   */
  static TraceEvent named(String event, String key, String value, int pid, int tid) {
    return new TraceEvent(event, null, "M", null, null, pid, tid, Map.of(key, value));
  }
}
