package org.lockstep.preflight;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** Whether TCP connections come about. */
public final class Reach {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int BACKLOG = 4096;

  private Reach() {}

  /**
   * Listens; the kernel answers as many as it has room for, nobody needs to accept.
   *
   * @param address port 0 takes a free one
   * @throws IOException if the port is taken, or the address is not one of this machine
   */
  public static ServerSocket listen(InetSocketAddress address) throws IOException {
    return new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
  }

  /** Why no connection to {@code address} comes about; empty if one does. */
  public static String failure(InetSocketAddress address) {
    if (address.isUnresolved()) {
      return "there is no host " + address.getHostString();
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, (int) PATIENCE.toMillis());
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
