package org.lockstep.examples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where the runs ran.
 *
 * @param cores processors this JVM may use
 * @param processor the model, as far as the system tells
 * @param system name, version and architecture
 * @param jvm name and version
 */
public record Machine(int cores, String processor, String system, String jvm) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  public static Machine here() {
    String arch = property("os.arch");
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processor(arch),
        property("os.name") + " " + property("os.version") + " " + arch,
        property("java.vm.name") + " " + property("java.runtime.version"));
  }

  /** Linux names the model in a file; elsewhere the architecture has to do. */
  private static String processor(String arch) {
    if (!Files.isReadable(CPU_INFO)) {
      return arch;
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(arch);
    } catch (IOException e) {
      return arch + " (" + CPU_INFO + ": " + e.getMessage() + ")";
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown " + name);
  }
}
