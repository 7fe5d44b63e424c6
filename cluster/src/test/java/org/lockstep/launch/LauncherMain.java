package org.lockstep.launch;

import java.nio.file.Path;

/** A launching process to be killed: starts two workers and runs a task that never ends. */
final class LauncherMain {
  private LauncherMain() {}

  /** Prints the workers' process ids, one a line, once the task has begun. */
  public static void main(String[] args) {
    LocalClusterOptions options = LocalClusterOptions.of(2, Path.of(args[0]));
    try (LocalCluster cluster = LocalCluster.start(options)) {
      cluster.run(
          new Endless(Boolean.parseBoolean(args[1])),
          begun -> cluster.pids().forEach(System.out::println));
    }
  }
}
