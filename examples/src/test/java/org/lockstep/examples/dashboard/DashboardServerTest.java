package org.lockstep.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.examples.watch.ProgressFile;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DashboardServerTest {
  private static final String ENCODED = "a%20b%2Frun";

  @TempDir private Path directory;
  private Path root;
  private DashboardServer server;

  @BeforeEach
  void serve() throws Exception {
    root = Files.createDirectory(directory.resolve("root"));
    server = new DashboardServer(root, loopback(0));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void view_runThatGoesOn_hasEachEpochAsSoonAsItIsDone() throws Exception {
    LiveRuns run = new LiveRuns(root);
    assertThat(view("").at("/parts/epochs").asText()).isEmpty();
    assertThat(view("").at("/parts/no-layers").asText()).startsWith("Measured after each epoch");

    run.nextEpoch();
    run.nextEpoch();
    JsonNode view = view("");

    assertThat(view.get("directory").asText()).isEqualTo(LiveRuns.DIRECTORY);
    assertThat(view.get("status").asText()).contains("epoch 3 of 3, step 0 of 10");
    assertThat(view.at("/charts/accuracy/chart/series/0/points/1/y").asDouble()).isEqualTo(56.25);
    assertThat(view.at("/charts/speed/chart/series/0/points/0/y").asDouble()).isEqualTo(1000);
    assertThat(view.at("/charts/waits/chart/series/0/points").toString())
        .isEqualTo("[{\"x\":0.0,\"y\":1.0},{\"x\":1.0,\"y\":3.0}]");
    assertThat(view.at("/charts/means/chart/series/0/points/0/y").asDouble()).isEqualTo(0.125);
    assertThat(view.at("/charts/deviations/chart/series/0/points/0/y").asDouble()).isEqualTo(4);
    assertThat(view.at("/charts/train-loss/description").asText())
        .contains("Training loss", "Sync-BN 1, 0.5");
    assertThat(view.at("/parts/ranks").asText()).contains("25.0 %", "75.0 %", ">1.50<", ">4.50<");
    assertThat(view.at("/parts/layers").asText()).contains("norm1", "0.125 σ", "×4.000");
  }

  @Test
  void view_textWithMarkup_isEscapedInWhatBecomesHtml() throws Exception {
    new LiveRuns(root).fail();

    assertThat(view("").at("/parts/command").asText()).contains("'a&lt;b'").doesNotContain("a<b");
    assertThat(view("").get("status").asText()).isEqualTo("Failed: rank 1 <ended>");
  }

  @Test
  void view_noRuns_saysWhereItLooked() throws Exception {
    assertThat(view("").get("status").asText()).contains("No runs in " + root);
  }

  @Test
  void view_anotherProgramsFile_isNamed() throws Exception {
    Files.writeString(root.resolve(ProgressFile.NAME), "nonsense\n");

    assertThat(view("").get("directory").asText()).isEqualTo(".");
    assertThat(view("").get("status").asText()).contains("Cannot read the runs", "line 1");
  }

  @Test
  void view_symbolicLinks_areNotFollowed() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    new LiveRuns(outside);
    Files.createSymbolicLink(root.resolve("link"), outside);
    Path file = outside.resolve(LiveRuns.DIRECTORY).resolve(ProgressFile.NAME);
    Files.createSymbolicLink(root.resolve(ProgressFile.NAME), file);

    assertThat(view("").get("directories")).isEmpty();
  }

  @Test
  void view_fileWithoutWhatEventsHave_leavesTheOtherDirectoriesVisible() throws Exception {
    new LiveRuns(root);
    Path odd = Files.createDirectory(root.resolve("odd"));
    Files.writeString(
        odd.resolve(ProgressFile.NAME),
        "{\"event\":\"started\",\"run\":\"r\",\"epochsDone\":[]}\n");

    assertThat(view("odd").get("directories")).hasSize(2);
    assertThat(view(LiveRuns.DIRECTORY.replace(" ", "%20")).get("title").asText())
        .isNotEqualTo("Lockstep dashboard");
  }

  @Test
  void report_ofARun_isServedWhereItCanReadNothingElse() throws Exception {
    new LiveRuns(root);
    Files.writeString(root.resolve(LiveRuns.DIRECTORY).resolve("report.html"), "<p>figures</p>");

    HttpResponse<String> report = get("/report?directory=" + ENCODED);

    assertThat(report.statusCode()).isEqualTo(200);
    assertThat(report.body()).isEqualTo("<p>figures</p>");
    assertThat(report.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "sandbox allow-scripts")
        .doesNotContain("connect-src");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/report?directory=..",
        "/report?directory=..%2Foutside",
        "/report?directory=a%20b%2Frun%2F..%2F..%2F..%2Foutside",
        "/report?directory=%",
        "/report",
        "/../outside/report.html",
        "/a%20b/run/progress.jsonl",
        "/%2e%2e/outside/report.html"
      })
  void get_whatIsNotToBeServed_isNotFound(String path) throws Exception {
    new LiveRuns(root);
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve(ProgressFile.NAME), "");
    Files.writeString(outside.resolve("report.html"), "secret");

    String answer = raw("GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n");

    assertThat(answer).doesNotContain("secret", "session").containsPattern("^HTTP/1.\\d 40[04]");
  }

  @Test
  void get_page_allowsOnlyItsOwnFilesAndNamesNoOtherHost() throws Exception {
    HttpResponse<String> page = get("/");

    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.body()).doesNotContain("://", "<style", " style=", "onclick");
    for (String asset : new String[] {"/report.css", "/chart.js", "/charts.js", "/dashboard.js"}) {
      assertThat(page.body()).contains("\"" + asset.substring(1) + "\"");
      assertThat(get(asset).statusCode()).as(asset).isEqualTo(200);
    }
  }

  @Test
  void request_otherThanGet_isRefused() throws Exception {
    String answer = raw("POST /view HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");

    assertThat(answer).contains(" 405 ", "Allow: GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"})
  void request_forAnotherHostsName_isRefused(String host) throws Exception {
    new LiveRuns(root);

    assertThat(raw("GET /view HTTP/1.0\r\nHost: " + host + "\r\n\r\n"))
        .contains(" 403 ")
        .doesNotContain("Lockstep");
  }

  @Test
  void server_portInUse_cannotBeMade() {
    int port = server.address().getPort();

    assertThatThrownBy(() -> new DashboardServer(root, loopback(port)).close())
        .isInstanceOf(IOException.class);
  }

  private JsonNode view(String directory) throws Exception {
    HttpResponse<String> answer = get("/view?directory=" + directory);
    assertThat(answer.statusCode()).isEqualTo(200);
    return new JsonMapper().readTree(answer.body());
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** As no client would send it. */
  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
