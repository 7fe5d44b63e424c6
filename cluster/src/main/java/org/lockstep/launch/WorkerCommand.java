package org.lockstep.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a worker's JVM. */
final class WorkerCommand {
  private WorkerCommand() {}

  static List<String> of(LocalClusterOptions options, int rank) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + options.heap());
    command.add("-XX:+UseSerialGC");
    command.addAll(options.jvmFlags());
    command.addAll(List.of("-cp", options.classPath(), Worker.class.getName()));
    command.add(String.valueOf(rank));
    return command;
  }
}
