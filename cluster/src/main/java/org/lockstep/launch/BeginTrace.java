package org.lockstep.launch;

import java.io.IOException;
import java.nio.file.Path;
import org.lockstep.trace.TraceFile;
import org.lockstep.transport.FlightRecorder;

/**
 * Has every rank write its timeline, until it ends, to a file on its own host.
 *
 * @param directory takes {@code rank-0.json}, …; made if it is not there
 * @param origin time zero of all timelines, nanoseconds since 1970
 */
record BeginTrace(String directory, long origin) implements WorkerTask<Void, String> {

  /** Returns the file. */
  @Override
  public String run(RankContext rank, Events<Void> events) throws IOException {
    int number = rank.communicator().rank();
    Path file = Path.of(directory).resolve("rank-" + number + ".json");
    FlightRecorder recorder = rank.kept(FlightRecorder.class);
    rank.keep(TraceFile.class, TraceFile.create(file, number, origin, recorder));
    return file.toAbsolutePath().toString();
  }
}
