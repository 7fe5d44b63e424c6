package org.lockstep.trace;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.lockstep.train.TrainListener;
import org.lockstep.transport.FlightRecorder;
import org.lockstep.transport.RecordedCollective;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One rank's timeline, in a file with an event a line: in one lane the rank's own thread, in which
 * tasks hold steps and those hold collectives and waits, in the other the collectives that run
 * beside it. After each step and task the file holds all that was before; a rank that dies leaves
 * an array without its end, which the format allows.
 *
 * <p>Thread rule: the rank's own thread makes and closes it and tells of tasks and steps, any may
 * tell of collectives. A file that cannot be written ends the trace and not the run.
 */
public final class TraceFile implements FlightRecorder.Listener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TraceFile.class);
  private static final int OWN_THREAD = 0;
  private static final int BESIDE = 1;

  private final ObjectMapper mapper = new ObjectMapper();
  private final int rank;
  private final long origin;
  private final FlightRecorder recorder;
  private @Nullable BufferedWriter writer;

  private TraceFile(int rank, long origin, FlightRecorder recorder, BufferedWriter writer) {
    this.rank = rank;
    this.origin = origin;
    this.recorder = recorder;
    this.writer = writer;
  }

  /**
   * Begins to write what {@code recorder} hears.
   *
   * @param origin time zero of the trace, nanoseconds since 1970
   */
  public static TraceFile create(Path file, int rank, long origin, FlightRecorder recorder)
      throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    BufferedWriter writer = Files.newBufferedWriter(file);
    writer.write("[\n");
    TraceFile trace = new TraceFile(rank, origin, recorder, writer);
    String process = "rank " + rank + " (pid " + ProcessHandle.current().pid() + ")";
    trace.write(TraceEvent.named("process_name", "name", process, rank, OWN_THREAD));
    trace.write(TraceEvent.named("thread_name", "name", "training", rank, OWN_THREAD));
    trace.write(TraceEvent.named("thread_name", "name", "collectives beside it", rank, BESIDE));
    recorder.listen(trace);
    return trace;
  }

  @Override
  public void ended(RecordedCollective collective) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("tag", collective.tag());
    args.put("bytes", collective.bytes());
    args.put("group", collective.group());
    args.put("number", collective.sequence());
    args.put("waitedMicros", micros(collective.waited()));
    if (collective.peer() >= 0) {
      args.put("lastWaitedForRank", collective.peer());
    }
    if (collective.overlaps()) {
      args.put("queuedMicros", micros(collective.started() - collective.issued()));
    }
    if (!collective.done()) {
      args.put("failed", true);
    }
    int lane = collective.overlaps() ? BESIDE : OWN_THREAD;
    span(collective.action(), "collective", collective.started(), collective.ended(), lane, args);
  }

  @Override
  public void awaited(RecordedCollective collective, long from, long until) {
    String name = "wait for " + collective.tag();
    span(name, "wait", from, until, OWN_THREAD, Map.of("bytes", collective.bytes()));
  }

  /** The rank's thread has been at a task since {@link System#nanoTime} was {@code begin}. */
  public void task(String name, long begin) {
    span(name, "task", begin);
  }

  /** Hears of the steps that follow, the first of which begins now. */
  public TrainListener steps() {
    return new TrainListener() {
      private long begin = System.nanoTime();

      @Override
      public void onStep(int epoch, int step, int stepsPerEpoch) {
        begin = span("step " + step + " of epoch " + epoch, "step", begin);
      }
    };
  }

  /** Returns its end, as {@link System#nanoTime}. */
  private long span(String name, String cat, long begin) {
    long end = System.nanoTime();
    span(name, cat, recorder.clock().at(begin), recorder.clock().at(end), OWN_THREAD, Map.of());
    write(BufferedWriter::flush);
    return end;
  }

  private void span(
      String name, String cat, long from, long until, int lane, Map<String, Object> args) {
    write(TraceEvent.span(name, cat, from - origin, until - origin, rank, lane, args));
  }

  private static double micros(long nanos) {
    return nanos / (double) TimeUnit.MICROSECONDS.toNanos(1);
  }

  private void write(TraceEvent event) {
    write(file -> file.write(mapper.writeValueAsString(event) + ",\n"));
  }

  /** Ends the array. */
  @Override
  public synchronized void close() {
    TraceEvent last = TraceEvent.named("process_labels", "labels", "ended", rank, OWN_THREAD);
    write(
        file -> {
          file.write(mapper.writeValueAsString(last) + "\n]\n");
          file.close();
        });
    writer = null;
  }

  private interface Writing {
    void to(BufferedWriter file) throws IOException;
  }

  private synchronized void write(Writing writing) {
    BufferedWriter file = writer;
    if (file != null) {
      try {
        writing.to(file);
      } catch (IOException e) {
        log.warn("The trace of rank {} ends here: {}", rank, e.toString());
        giveUp(file);
      }
    }
  }

  private void giveUp(BufferedWriter file) {
    writer = null;
    try {
      file.close();
    } catch (IOException e) {
      log.debug("Closed the trace of rank {}: {}", rank, e.toString());
    }
  }
}
