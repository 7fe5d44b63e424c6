package org.lockstep.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a command ended.
 *
 * @param code its exit code
 * @param text all it printed
 * @param survivors the processes that it started and that outlived it
 */
record FinishedCommand(int code, String text, List<ProcessHandle> survivors) {
  /**
   * Runs the command line as users do and waits for its end.
   *
   * @param arguments separated by blanks
   * @param directory takes temporary files
   */
  static FinishedCommand of(String arguments, Path directory) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + directory);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("org.lockstep.examples.Lockstep");
    command.addAll(List.of(arguments.split(" ")));
    return of(command, Map.of(), directory);
  }

  /**
   * Runs any command and waits for its end.
   *
   * @param environment variables besides those of this JVM
   * @param directory takes temporary files
   */
  static FinishedCommand of(List<String> command, Map<String, String> environment, Path directory)
      throws Exception {
    Path text = Files.createTempFile(directory, "text", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(text.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    List<ProcessHandle> children = new ArrayList<>();
    try {
      while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
        process.descendants().filter(child -> !children.contains(child)).forEach(children::add);
      }
      List<ProcessHandle> survivors = children.stream().filter(ProcessHandle::isAlive).toList();
      return new FinishedCommand(process.exitValue(), Files.readString(text), survivors);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
