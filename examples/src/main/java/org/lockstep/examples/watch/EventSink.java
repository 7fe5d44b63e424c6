package org.lockstep.examples.watch;

import java.io.Closeable;
import java.io.IOException;

/** Takes the events of a command, in order, from one thread. */
interface EventSink extends Closeable {
  /** Writes so that a reader sees it at once. */
  void accept(RunEvent event) throws IOException;
}
