package org.lockstep.transport;

import io.netty.channel.ManualIoEventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A thread that owns an event loop: it runs the jobs it is given one after the other, each of which
 * drives the loop while it waits, and drives the loop itself while there is none.
 */
final class LoopThread {
  private static final Duration JOIN = Duration.ofSeconds(10);

  private final ManualIoEventLoop loop;
  private final Thread thread;
  private final Queue<Runnable> jobs = new ArrayDeque<>();
  private boolean stopped;

  LoopThread(Io io, String name) {
    loop = new ManualIoEventLoop(null, io.handler());
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    loop.setOwningThread(thread);
    thread.start();
  }

  ManualIoEventLoop loop() {
    return loop;
  }

  /** Runs {@code job} on the thread after the jobs before it. */
  void submit(Runnable job) {
    loop.execute(() -> jobs.add(job));
  }

  /** Ends the thread after the jobs that were submitted, and waits for its end. */
  void stop() {
    submit(() -> stopped = true);
    try {
      thread.join(JOIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopped) {
      Runnable job = jobs.poll();
      if (job != null) {
        job.run();
      } else {
        loop.run(0);
      }
    }
    shutDown(loop);
  }

  /** Closes what is left on {@code loop} and frees it; the caller owns the loop. */
  static void shutDown(ManualIoEventLoop loop) {
    loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.NANOSECONDS);
    while (!loop.isTerminated()) {
      loop.runNow();
    }
  }
}
