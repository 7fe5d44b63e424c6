package org.lockstep.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** The caller's side of a {@link Handshake} on a plain socket, written from its description. */
final class RawCaller {
  private static final byte[] MAGIC = {'L', 'K', 'S', 2};

  private RawCaller() {}

  static byte[] opening(byte[] nonce) {
    return concat(MAGIC, nonce);
  }

  /**
   * Proves and introduces itself.
   *
   * @return the callee's verdict; -1: it has hung up
   */
  static int shake(Socket socket, JobToken token, byte[] introduction) throws IOException {
    byte[] mine = Handshake.nonce();
    socket.getOutputStream().write(opening(mine));
    byte[] theirs = socket.getInputStream().readNBytes(Handshake.NONCE);
    socket.getOutputStream().write(introduce(token, mine, theirs, introduction));
    return socket.getInputStream().read();
  }

  static byte[] introduce(JobToken token, byte[] mine, byte[] theirs, byte[] introduction) {
    byte[] proof = token.hmac(new byte[] {0}, mine, theirs, new byte[] {0}, introduction);
    return concat(proof, new byte[] {(byte) introduction.length}, introduction);
  }

  /** Connects and is admitted. */
  static Socket join(InetSocketAddress address, JobToken token, byte[] introduction)
      throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    if (shake(socket, token, introduction) != Handshake.Verdict.ADMITTED.ordinal()) {
      throw new IOException("not admitted");
    }
    DataInputStream in = new DataInputStream(socket.getInputStream());
    in.readNBytes(Handshake.PROOF);
    in.readNBytes(in.readUnsignedByte());
    return socket;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
