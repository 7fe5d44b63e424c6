package org.lockstep.launch;

import org.lockstep.fault.FaultSpec;

/** Starts worker processes on this machine; for one thread. */
public final class LocalLauncher implements Launcher {
  private final LocalClusterOptions options;
  private int started;

  public LocalLauncher(LocalClusterOptions options) {
    this.options = options;
  }

  /** The logs of workers that are started again go to a directory of their own. */
  @Override
  public Cluster start() {
    int restart = started++;
    LocalClusterOptions now = options.withFaults(FaultSpec.ofAttempt(options.faults(), restart));
    return LocalCluster.start(
        restart == 0
            ? now
            : now.withLogDirectory(now.logDirectory().resolve("restart-" + restart)));
  }

  @Override
  public void close() {}
}
