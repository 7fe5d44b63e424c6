package org.lockstep.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lockstep.trace.TraceMerge;
import org.lockstep.transport.WallClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeline of a run, restarts included: each rank writes its own on its host, and those that
 * can be seen from here are put together in {@code trace.json} when the ranks have ended. Times are
 * those of the ranks' own hosts, whose clocks should agree.
 *
 * <p>Thread rule: one thread.
 */
public final class RunTrace implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunTrace.class);

  private final Path directory;
  private final long origin = WallClock.now().at(System.nanoTime());
  private final List<Path> files = new ArrayList<>();
  private int begun;

  /** Time zero is now. */
  public RunTrace(Path directory) {
    this.directory = directory.toAbsolutePath();
  }

  /**
   * Has the ranks begin. Those that were started again write to a directory of their own.
   *
   * @throws org.lockstep.rendezvous.ClusterException if one cannot write there, or is lost
   */
  public void begin(Cluster cluster) {
    int restart = begun++;
    Path place = restart == 0 ? directory : directory.resolve("restart-" + restart);
    cluster.run(new BeginTrace(place.toString(), origin), nothing -> {}).stream()
        .map(Path::of)
        .forEach(files::add);
  }

  /** Puts together what the ranks have written by now, of which those of a failed run have some. */
  @Override
  public void close() {
    try {
      int found = TraceMerge.merge(files, file());
      if (found < files.size()) {
        log.warn("{} holds {} of {} timelines", file(), found, files.size());
      }
    } catch (IOException e) {
      log.warn("Cannot write the trace {}: {}", file(), e.toString());
    }
  }

  /** The whole timeline. */
  public Path file() {
    return directory.resolve("trace.json");
  }
}
