package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No worker outlives its launching process, whatever ends that one. */
@Timeout(120)
class LauncherDeathIT {
  @TempDir Path logs;

  /** SIGTERM stands for Ctrl-C too: a JVM started in a shell's background ignores SIGINT. */
  @ParameterizedTest
  @CsvSource({"KILL, false", "KILL, true", "TERM, false", "TERM, true"})
  void workers_launcherEndedBySignal_endThemselves(String signal, boolean deaf) throws Exception {
    Process launcher = launcher(deaf);
    List<Long> workers = new ArrayList<>();
    try (BufferedReader output = launcher.inputReader()) {
      for (int i = 0; i < 2; i++) {
        workers.add(Long.valueOf(output.readLine()));
      }
      assertThat(workers).allMatch(Processes::isAlive);
      Processes.signal(signal, launcher.pid());

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> workers.stream().noneMatch(Processes::isAlive));
    } finally {
      launcher.destroyForcibly().waitFor();
    }
  }

  @Test
  void workers_launcherKilledBeforeTheyJoined_endThemselves() throws Exception {
    Process launcher = launcher(false);
    await().pollInterval(Duration.ofMillis(5)).until(() -> launcher.children().count() == 2);
    List<ProcessHandle> workers = launcher.children().toList();
    launcher.destroyForcibly().waitFor();

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> workers.stream().noneMatch(ProcessHandle::isAlive));
  }

  private Process launcher(boolean deaf) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LauncherMain.class.getName(),
            logs.toString(),
            String.valueOf(deaf))
        .redirectError(logs.resolve("launcher.log").toFile())
        .start();
  }
}
