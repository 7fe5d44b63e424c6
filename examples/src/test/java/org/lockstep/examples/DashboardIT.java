package org.lockstep.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard as users run it, beside real training commands. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class DashboardIT {
  private static final Pattern PLACE = Pattern.compile("at http://127\\.0\\.0\\.1:(\\d+)/ \\(");

  @TempDir Path directory;
  private Path runs;
  private Process dashboard;
  private int port;

  @BeforeEach
  void serve() throws Exception {
    runs = Files.createDirectory(directory.resolve("runs"));
    dashboard =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.lockstep.examples.Lockstep",
                "dashboard",
                "--port=0",
                "--dir=" + runs)
            .redirectErrorStream(true)
            .start();
    BufferedReader output = dashboard.inputReader();
    Matcher place = PLACE.matcher(String.valueOf(output.readLine()));
    assertThat(place.find()).isTrue();
    port = Integer.parseInt(place.group(1));
  }

  @AfterEach
  void end() {
    dashboard.destroyForcibly();
  }

  @Test
  void dashboard_besideATrainingCommand_followsItToItsReport() throws Exception {
    Path events = directory.resolve("events");
    FinishedCommand train =
        FinishedCommand.of(
            "train --workers 2 --batch 8 --limit 64 --epochs 2 --statistics both --out %s --tensorboard %s"
                .formatted(runs.resolve("one"), events),
            directory);
    assertThat(train.code()).as(train.text()).isZero();
    assertThat(train.text()).contains("tensorboard " + events);

    JsonNode view = new JsonMapper().readTree(get("/view").body());

    assertThat(view.get("status").asText()).isEqualTo("Finished");
    assertThat(view.at("/charts/accuracy/chart/series/0/points")).hasSize(2);
    assertThat(view.at("/charts/waits/chart/series/0/points")).hasSize(2);
    assertThat(view.at("/charts/means/chart/series/0/points")).hasSize(4);
    assertThat(get("/report?directory=one").body())
        .isEqualTo(Files.readString(runs.resolve("one/report.html")));
    try (Stream<Path> files = Files.list(events.resolve("sync-shuffled-batch8"))) {
      assertThat(files).singleElement().asString().contains("tfevents");
    }
  }

  @Test
  void dashboard_besideACommandThatFails_saysWhatTheCommandSays() throws Exception {
    FinishedCommand train =
        FinishedCommand.of(
            "train --workers 2 --batch 8 --limit 64 --max-restarts 0 --fault kill:rank=1,step=2 --out "
                + runs.resolve("one"),
            directory);
    assertThat(train.code()).as(train.text()).isEqualTo(1);

    String status = new JsonMapper().readTree(get("/view").body()).get("status").asText();

    assertThat(status).startsWith("Failed: ").contains("worker 1 of 2");
    assertThat(train.text()).contains(status.substring("Failed: ".length()));
  }

  @Test
  void dashboard_portOfAnotherOne_isOneSentenceAndCode2() throws Exception {
    FinishedCommand second =
        FinishedCommand.of("dashboard --port %d --dir %s".formatted(port, runs), directory);

    assertThat(second.code()).as(second.text()).isEqualTo(2);
    assertThat(second.text().lines())
        .singleElement()
        .asString()
        .contains("cannot listen on 127.0.0.1:" + port, "give another --port");
  }

  @Test
  void dashboard_ended_leavesNothing() throws Exception {
    List<ProcessHandle> children = dashboard.descendants().toList();

    dashboard.destroy(); // SIGTERM stands for Ctrl-C: a shell's background ignores SIGINT.

    assertThat(dashboard.waitFor()).isEqualTo(128 + 15);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    try (Stream<Path> left = Files.list(runs)) {
      assertThat(left).isEmpty();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
