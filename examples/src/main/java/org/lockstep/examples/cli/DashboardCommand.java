package org.lockstep.examples.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.lockstep.examples.dashboard.DashboardServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves a page that follows runs. */
@Command(
    name = "dashboard",
    description =
        "Serves a page that follows the runs whose --out is below a directory, until it is"
            + " interrupted.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep dashboard",
      "  bin/lockstep dashboard --dir lockstep-out/train --port 0"
    })
final class DashboardCommand implements Callable<Integer> {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the runs are (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of("lockstep-out");

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Address to listen on; with another one than this machine's own everybody who reaches it"
              + " sees the runs (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port to listen on; 0: any that is free (default: ${DEFAULT-VALUE}).")
  private int port = 8765;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Path root = root();
    try (DashboardServer server = new DashboardServer(root, address())) {
      InetSocketAddress at = server.address();
      spec.commandLine()
          .getOut()
          .printf(
              "dashboard of %s at http://%s:%d/ (%s; Ctrl-C ends it)%n",
              root,
              host.contains(":") ? "[" + host + "]" : host,
              at.getPort(),
              at.getAddress().isLoopbackAddress()
                  ? "for this machine only"
                  : "for everybody who reaches this machine");
      spec.commandLine().getOut().flush();
      new CountDownLatch(1).await();
    } catch (IOException e) {
      throw new UsageException(
          "cannot listen on %s:%d (%s): give another --port, or 0 for a free one, or another --host"
              .formatted(host, port, e.getMessage()));
    }
    return 0;
  }

  /** Where it really is: no symbolic link is followed from there on. */
  private Path root() {
    Path stated = directory.toAbsolutePath().normalize();
    try {
      Path root = stated.toRealPath();
      if (Files.isDirectory(root)) {
        return root;
      }
    } catch (IOException e) {
      // As if it were not there.
    }
    throw new UsageException(
        "--dir: expected a directory with runs, found none at %s; begin a run first, or name another"
            .formatted(stated));
  }

  private InetSocketAddress address() {
    if (port < 0 || port > 65535) {
      throw new UsageException("--port: expected 0 to 65535, found " + port);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new UsageException("--host: expected a name or address of this machine, found " + host);
    }
  }
}
