package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What either side of a new connection says first, in 52 bytes: the caller, then the one called.
 *
 * <pre>
 *  0                               32      36      40      44      48      52
 *  +---- - - - - - - - - - - - ----+-------+-------+-------+-------+-------+
 *  | SHA-256 of the job's token    |attempt| world | rank  | lane  | cores |
 *  +---- - - - - - - - - - - - ----+-------+-------+-------+-------+-------+
 * </pre>
 *
 * The digest is compared, in constant time, before anything behind it is looked at.
 *
 * @param cores the cores that the sender's process may use; the ranks choose algorithms by it
 */
record PeerHello(int attempt, int worldSize, int rank, LaneKind lane, int cores) {
  static final int DIGEST = 32;
  static final int SIZE = DIGEST + 20;

  void write(ByteBuf out, byte[] digest) {
    out.writeBytes(digest);
    out.writeIntLE(attempt);
    out.writeIntLE(worldSize);
    out.writeIntLE(rank);
    out.writeIntLE(lane.ordinal());
    out.writeIntLE(cores);
  }

  /** Reads what follows the digest. */
  static PeerHello read(ByteBuf in) {
    return new PeerHello(
        in.readIntLE(),
        in.readIntLE(),
        in.readIntLE(),
        LaneKind.of(in.readIntLE()),
        in.readIntLE());
  }

  static byte[] digest(byte[] token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The number that every frame of this job and attempt carries. */
  static int check(byte[] token, int attempt) {
    byte[] salted = ByteBuffer.allocate(token.length + 4).put(token).putInt(attempt).array();
    return ByteBuffer.wrap(digest(salted)).getInt();
  }
}
