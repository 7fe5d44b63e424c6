package org.lockstep.launch;

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
    return LocalCluster.start(
        restart == 0
            ? options
            : options.withLogDirectory(options.logDirectory().resolve("restart-" + restart)));
  }

  @Override
  public void close() {}
}
