package org.lockstep.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser that reaches nothing but it, where there is one. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DashboardPageTest {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  @TempDir private Path directory;
  private Path root;
  private DashboardServer server;
  private HttpServer between;
  private int looks;

  @BeforeEach
  void serve() throws Exception {
    root = Files.createDirectory(directory.resolve("root"));
    server = new DashboardServer(root, loopback());
    between = HttpServer.create(loopback(), 0);
    between.start();
  }

  @AfterEach
  void stop() {
    between.stop(0);
    server.close();
  }

  @Test
  void page_runThatGoesOnWhileItIsOpen_showsTheNewEpoch() throws Exception {
    LiveRuns run = new LiveRuns(root);
    run.nextEpoch();
    between.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/view") && ++looks == 3) {
            run.nextEpoch();
          }
          passOn(exchange);
        });

    String dom = browse();

    assertThat(looks).isGreaterThan(3);
    assertThat(dom)
        .contains("<h1 id=\"title\">A &lt;title&gt;</h1>")
        .contains("after epoch 2: loss 0.500, accuracy 56.3 %")
        .containsPattern("<tbody id=\"epochs\">(<tr>.*</tr>\\s*){2}</tbody>")
        .containsPattern("<tbody id=\"ranks\">(<tr>.*</tr>\\s*){2}</tbody>")
        .containsPattern("<tbody id=\"layers\"><tr>.*norm1.*</tr></tbody>")
        .containsPattern("<p[^>]* id=\"no-layers\"[^>]* hidden");
    for (String chart :
        List.of("accuracy", "speed", "train-loss", "test-loss", "waits", "means", "deviations")) {
      assertThat(dom) // Chart.js gives a canvas that it has drawn into a size.
          .containsPattern(
              "<canvas role=\"img\" data-chart=\"%s\"[^>]*aria-label=\"[^\"]*Sync-BN [^>]*width:"
                  .formatted(chart));
    }
  }

  @Test
  void page_noRuns_saysSoAndHasNoCharts() throws Exception {
    between.createContext("/", this::passOn);

    String dom = browse();

    assertThat(dom).contains("No runs in " + root);
    assertThat(dom).doesNotContain("<figure>").contains("<figure hidden");
  }

  private String browse() throws Exception {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no " + String.join(" or ", BROWSERS) + " on the path");
    Path dom = directory.resolve("dom.html");
    Path log = directory.resolve("browser.log");
    Process process =
        new ProcessBuilder(
                browser.get().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + directory.resolve("profile"),
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--enable-logging=stderr",
                "--virtual-time-budget=20000",
                "--dump-dom",
                "http://127.0.0.1:" + between.getAddress().getPort() + "/")
            .redirectOutput(dom.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(Files.readString(log)).doesNotContain("CONSOLE");
    return Files.readString(dom);
  }

  private static Optional<Path> browser() {
    return BROWSERS.stream()
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                    .map(place -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private void passOn(HttpExchange exchange) throws IOException {
    URI uri =
        URI.create(
            "http://127.0.0.1:" + server.address().getPort() + exchange.getRequestURI().toString());
    try (exchange) {
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
      for (String name : List.of("Content-Type", "Content-Security-Policy")) {
        exchange.getResponseHeaders().set(name, answer.headers().firstValue(name).orElseThrow());
      }
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
