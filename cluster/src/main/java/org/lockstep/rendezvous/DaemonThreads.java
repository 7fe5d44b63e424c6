package org.lockstep.rendezvous;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Threads that never keep a JVM alive. */
final class DaemonThreads {
  private DaemonThreads() {}

  static Thread start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static ScheduledExecutorService timer(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        body -> {
          Thread thread = new Thread(body, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
