package org.lockstep.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lockstep.trace.TraceMerge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeline of a run, restarts included: each rank writes its own on its host, and those that
 * can be seen from here are put together in {@code trace.json}. Times are those of the ranks' own
 * hosts, whose clocks should agree.
 *
 * <p>Thread rule: one thread.
 */
public final class RunTrace {
  private static final Logger log = LoggerFactory.getLogger(RunTrace.class);

  private final Path directory;
  private final long origin;
  private final List<Path> files = new ArrayList<>();
  private int begun;

  /** Time zero is now. */
  public RunTrace(Path directory) {
    this.directory = directory.toAbsolutePath();
    Instant now = Instant.now();
    origin = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** Has the ranks begin. Those that were started again write to a directory of their own. */
  void begin(Cluster cluster) {
    int restart = begun++;
    Path place = restart == 0 ? directory : directory.resolve("restart-" + restart);
    cluster.run(new BeginTrace(place.toString(), origin), nothing -> {}).stream()
        .map(Path::of)
        .forEach(files::add);
  }

  /** Puts together what the ranks have written by now, of which a failed run has some, too. */
  void merge() {
    try {
      TraceMerge.merge(files, file());
    } catch (IOException e) {
      log.warn("Cannot write the trace {}: {}", file(), e.toString());
    }
  }

  /** The whole timeline. */
  public Path file() {
    return directory.resolve("trace.json");
  }
}
