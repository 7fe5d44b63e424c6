package org.lockstep.examples.dashboard;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.report.ReportFiles;

/**
 * Serves the live page, and nothing but it, its figures and finished reports. It only reads.
 *
 * <p>What it answers: {@code /} and the files that the page loads; {@code
 * /view?directory=D&setting=S}, a {@link LiveView}; {@code /report?directory=D}, the report.
 *
 * <p>Thread rule: any thread; requests are answered by threads of its own.
 */
public final class DashboardServer implements AutoCloseable {
  private static final int THREADS = 4;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpServer server;
  private final ExecutorService threads;
  private final RunDirectories directories;
  private final LiveViews views;
  private final Map<String, Answer> assets = Answer.assets();

  /**
   * Begins to listen.
   *
   * @param root runs below it are shown
   * @param address port 0: a free one
   * @throws IOException if that is not possible there
   */
  public DashboardServer(Path root, InetSocketAddress address) throws IOException {
    directories = new RunDirectories(root);
    views = new LiveViews(directories);
    server = HttpServer.create(address, 0);
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "lockstep-dashboard");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      answer(exchange).send(exchange);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("GET")) {
      return Answer.text(405, "expected GET, found " + exchange.getRequestMethod());
    }
    if (!isForUs(exchange.getRequestHeaders().getFirst("Host"))) {
      return Answer.text(403, "expected this machine's name in Host");
    }
    String path = exchange.getRequestURI().getPath();
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    String directory = query.getOrDefault("directory", "");
    return switch (path) {
      case "/view" ->
          Answer.json(
              JSON.writeValueAsBytes(views.view(directory, query.getOrDefault("setting", ""))));
      case "/report" -> report(directory);
      default -> assets.getOrDefault(path, Answer.text(404, "nothing at " + path));
    };
  }

  /** A page elsewhere whose name was bent to this machine must not read this one. */
  private boolean isForUs(@Nullable String host) {
    if (!server.getAddress().getAddress().isLoopbackAddress()) {
      return true;
    }
    return host != null && host.matches("(127\\.\\d+\\.\\d+\\.\\d+|localhost|\\[::1])(:\\d+)?");
  }

  private Answer report(String wanted) throws IOException {
    for (RunDirectories.RunDirectory directory : directories.list()) {
      if (directory.name().equals(wanted)) {
        Path file = ReportFiles.html(directory.path());
        if (directory.file(file.getFileName().toString()).isPresent()) {
          return Answer.report(Files.readAllBytes(file));
        }
      }
    }
    return Answer.text(404, "no report of " + wanted);
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        int at = pair.indexOf('=');
        if (at > 0) {
          query.put(pair.substring(0, at), decoded(pair.substring(at + 1)));
        }
      }
    }
    return query;
  }

  /** Where it cannot be decoded it names nothing that there is. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
