package org.lockstep.examples;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A Spark master, workers and a history server, real processes on the loopback interface, started
 * by the script that starts them in containers. One thread owns it; others may submit.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of("..", "docker", "spark", "cluster.sh").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path directory;
  private final List<Process> daemons = new ArrayList<>();
  // Those of daemons that are gone, too.
  private final Set<ProcessHandle> processes = new LinkedHashSet<>();
  private String master = "";
  private String history = "";

  private StandaloneCluster(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts a cluster.
   *
   * @param workers how many
   * @param cores of each worker
   * @param directory takes logs and what the workers need
   */
  static StandaloneCluster start(int workers, int cores, Path directory) throws IOException {
    StandaloneCluster cluster = new StandaloneCluster(Files.createDirectories(directory));
    boolean started = false;
    try {
      cluster.startDaemons(workers, cores);
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private void startDaemons(int workers, int cores) throws IOException {
    Path historyLog = start("history", "history", Map.of());
    master = awaitText(start("master", "master", Map.of()), "Starting Spark master at (\\S+)");
    List<Path> logs = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      logs.add(
          start("worker", "worker" + i, Map.of("SPARK_WORKER_CORES", Integer.toString(cores))));
    }
    for (Path log : logs) {
      awaitText(log, "(Successfully registered) with master");
    }
    history = awaitText(historyLog, "Bound HistoryServer to .* started at (\\S+)");
  }

  private Path start(String role, String name, Map<String, String> more) throws IOException {
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder = new ProcessBuilder("bash", SCRIPT.toString(), role);
    builder.environment().putAll(environment());
    builder.environment().putAll(more);
    Process daemon = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    daemons.add(daemon);
    processes.add(daemon.toHandle());
    return log;
  }

  private Map<String, String> environment() {
    return Map.ofEntries(
        Map.entry("SPARK_LOCAL_IP", "127.0.0.1"),
        Map.entry("SPARK_MASTER_PORT", "0"),
        Map.entry("SPARK_MASTER_WEBUI_PORT", "0"),
        Map.entry("SPARK_WORKER_WEBUI_PORT", "0"),
        Map.entry("SPARK_WORKER_MEMORY", "3g"),
        Map.entry("SPARK_WORKER_DIR", directory.resolve("work").toString()),
        Map.entry("SPARK_EXECUTOR_CORES", "1"),
        Map.entry("SPARK_HISTORY_OPTS", "-Dspark.history.fs.update.interval=1s"),
        Map.entry("LOCKSTEP_HISTORY_PORT", "0"),
        Map.entry("LOCKSTEP_EVENTS", directory.resolve("events").toString()),
        Map.entry("LOCKSTEP_MASTER", master));
  }

  private static String awaitText(Path file, String pattern) {
    List<String> found = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
              return matcher.find() && found.add(matcher.group(1));
            });
    return found.get(0);
  }

  /**
   * Submits a command of Lockstep's, with up to two executors of one core each, and waits for its
   * end. Mode and command, as in client-train, are the application's name.
   *
   * @param mode client, or cluster for a driver on a worker, where it takes a core more
   */
  FinishedCommand submit(String mode, String arguments) throws Exception {
    List<String> words = List.of(arguments.split(" "));
    List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString(), "submit"));
    command.addAll(words);
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("LOCKSTEP_DEPLOY_MODE", mode);
    environment.put(
        "LOCKSTEP_SUBMIT_OPTIONS",
        "--total-executor-cores 2 --conf spark.ui.enabled=false --name "
            + mode
            + "-"
            + words.get(0));
    return FinishedCommand.of(command, environment, directory);
  }

  /** The names of the applications that the history server knows to have ended. */
  List<String> finishedApplications() throws IOException {
    URI applications = URI.create(history + "/api/v1/applications?status=completed");
    try (InputStream answer = applications.toURL().openStream()) {
      return new ObjectMapper().readTree(answer).findValuesAsText("name");
    }
  }

  /** The drivers and executors that run on the workers. */
  List<ProcessHandle> children() {
    return daemons.stream().flatMap(Process::descendants).toList();
  }

  /** Kills the worker that was started last, and its executors, as the end of its host would. */
  void killWorker() {
    Process worker = daemons.get(daemons.size() - 1);
    List<ProcessHandle> executors = worker.descendants().toList();
    processes.addAll(executors);
    worker.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  /** The executors that run on the workers. */
  List<ProcessHandle> executors() {
    return children().stream()
        .filter(
            child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /**
   * Ends the cluster as a container's end does, with SIGTERM.
   *
   * @return the processes of it that did not end, drivers and executors included
   */
  List<ProcessHandle> terminate() {
    processes.addAll(children());
    daemons.forEach(Process::destroy);
    try {
      await().atMost(PATIENCE).until(() -> survivors().isEmpty());
    } catch (ConditionTimeoutException e) {
      // The caller is told which.
    }
    return survivors();
  }

  private List<ProcessHandle> survivors() {
    return processes.stream().filter(ProcessHandle::isAlive).toList();
  }

  @Override
  public void close() {
    terminate().forEach(ProcessHandle::destroyForcibly);
  }
}
