package org.lockstep.examples.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.lockstep.examples.report.PageAssets;
import org.lockstep.examples.report.Template;

/**
 * An answer to a request.
 *
 * @param policy what the browser may load for it
 */
record Answer(int status, String type, String policy, byte[] body) {
  private static final String HERE = "/org/lockstep/examples/dashboard/";

  /** The page's own files, no inline script or style, no other host. */
  private static final String OWN =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** A report is one file that loads nothing; it may not read what the dashboard serves. */
  private static final String INLINE =
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts";

  static Answer text(int status, String text) {
    return new Answer(status, "text/plain", OWN, text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(byte[] json) {
    return new Answer(200, "application/json", OWN, json);
  }

  static Answer report(byte[] html) {
    return new Answer(200, "text/html", INLINE, html);
  }

  /** What the page is made of, by path. */
  static Map<String, Answer> assets() {
    return Map.of(
        "/", asset("text/html", Template.resource(HERE + "dashboard.html")),
        "/report.css", asset("text/css", PageAssets.style()),
        "/chart.js", asset("text/javascript", PageAssets.chartJs()),
        "/charts.js", asset("text/javascript", PageAssets.charts()),
        "/dashboard.js", asset("text/javascript", Template.resource(HERE + "dashboard.js")));
  }

  private static Answer asset(String type, String text) {
    return new Answer(200, type, OWN, text.getBytes(StandardCharsets.UTF_8));
  }

  void send(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type + "; charset=utf-8");
    headers.set("Content-Security-Policy", policy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    if (status == 405) {
      headers.set("Allow", "GET");
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
