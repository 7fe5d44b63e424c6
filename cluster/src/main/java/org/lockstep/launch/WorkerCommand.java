package org.lockstep.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a worker's JVM. */
final class WorkerCommand {
  /**
   * What makes many JVMs on one machine start soon and stay small, and train fast. With 4 workers
   * on 2 cores the serial collector and the small first heap save 60 MB a worker, Netty without
   * flight recorder events 0.2 s of processor time; a step leaves some KB of garbage, for which 16
   * MB of young heap will do, and loading data much, which need not stay. C2 stays: the kernels
   * need it, and they need the vectors; but with four times its usual thresholds it leaves alone
   * most of what only the start runs, 0.3 s of processor time a worker.
   */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms32m",
          "-Xmn16m",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=20",
          "-XX:Tier4InvocationThreshold=20000",
          "-XX:Tier4MinInvocationThreshold=2400",
          "-XX:Tier4CompileThreshold=60000",
          "-XX:Tier4BackEdgeThreshold=160000",
          "-Dio.netty.jfr.enabled=false",
          "--add-modules=jdk.incubator.vector");

  /** Names a file of classes as JVMs map them; a JVM that it does not fit reads jars. */
  private static final String ARCHIVE_PROPERTY = "lockstep.archive";

  private WorkerCommand() {}

  static List<String> of(LocalClusterOptions options, int rank) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + options.heap());
    command.addAll(FLAGS);
    String archive = System.getProperty(ARCHIVE_PROPERTY);
    if (archive != null) {
      command.add("-XX:SharedArchiveFile=" + archive);
      command.add("-Xlog:cds*=off");
    }
    command.addAll(options.jvmFlags());
    command.addAll(List.of("-cp", options.classPath(), Worker.class.getName()));
    command.add(String.valueOf(rank));
    return command;
  }
}
