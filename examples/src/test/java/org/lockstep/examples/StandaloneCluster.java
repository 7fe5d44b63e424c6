package org.lockstep.examples;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Spark master and one worker of it, real processes on the loopback interface, started by the
 * scripts that start them in containers.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final Path DOCKER = Path.of("..", "docker").toAbsolutePath().normalize();
  private static final Path ASSEMBLY = Path.of("target", "lockstep-spark.jar").toAbsolutePath();
  private static final Pattern URL = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private String url = "";

  private StandaloneCluster(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts a cluster.
   *
   * @param cores of its one worker
   * @param directory takes logs and what the worker needs
   */
  static StandaloneCluster start(int cores, Path directory) throws IOException {
    StandaloneCluster cluster = new StandaloneCluster(directory);
    boolean started = false;
    try {
      Path master = cluster.start("master.log", "org.apache.spark.deploy.master.Master --port 0");
      cluster.url = awaitText(master, URL);
      Path worker =
          cluster.start(
              "worker.log",
              "org.apache.spark.deploy.worker.Worker --memory 3g --cores %d --work-dir %s %s"
                  .formatted(cores, directory.resolve("work"), cluster.url));
      awaitText(worker, Pattern.compile("Successfully registered with master (\\S+)"));
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private Path start(String log, String command) throws IOException {
    Path file = directory.resolve(log);
    ProcessBuilder builder = new ProcessBuilder(script(command + " --webui-port 0"));
    builder.environment().putAll(environment());
    processes.add(builder.redirectErrorStream(true).redirectOutput(file.toFile()).start());
    return file;
  }

  private static List<String> script(String command) {
    return Stream.concat(
            Stream.of("bash", DOCKER.resolve("spark/run.sh").toString()),
            Stream.of(command.split(" ")))
        .toList();
  }

  private static Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME", DOCKER.resolve("target/spark").toString(), "SPARK_LOCAL_IP", "127.0.0.1");
  }

  private static String awaitText(Path file, Pattern pattern) {
    List<String> found = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Matcher matcher = pattern.matcher(Files.readString(file));
              return matcher.find() && found.add(matcher.group(1));
            });
    return found.get(0);
  }

  /** Submits a command of Lockstep's in client mode and waits for its end; one core an executor. */
  FinishedCommand submit(String arguments) throws Exception {
    String command =
        "org.apache.spark.deploy.SparkSubmit --class org.lockstep.examples.Lockstep --master "
            + url
            + " --conf spark.ui.enabled=false --executor-cores 1 --executor-memory 1g "
            + ASSEMBLY
            + " "
            + arguments;
    return FinishedCommand.of(script(command), environment(), directory);
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
