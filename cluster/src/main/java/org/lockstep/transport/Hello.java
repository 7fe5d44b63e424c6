package org.lockstep.transport;

import io.netty.buffer.ByteBuf;

/**
 * The first bytes on a control connection, written by the side that connects:
 *
 * <pre>
 *   0                   4         6                   10                                   42
 *   +-------------------+---------+-------------------+------------------------------------+
 *   | magic 'L' 'K' 'C' | version | attempt           | job token                          |
 *   | 0x01              |  u16    |  i32              |  32 bytes                          |
 *   +-------------------+---------+-------------------+------------------------------------+
 * </pre>
 *
 * Numbers are big-endian. The other side answers with one byte, a {@link Verdict}; frames follow
 * only after {@link Verdict#ACCEPTED}. Who does not begin with the magic gets no answer.
 */
final class Hello {
  static final int LENGTH = 42;
  static final int VERSION = 1;
  private static final byte[] MAGIC = {'L', 'K', 'C', 1};

  /** The answer to a hello; its ordinal is the byte on the wire. */
  enum Verdict {
    ACCEPTED("accepted"),
    WRONG_VERSION("it speaks another version of the protocol"),
    WRONG_TOKEN("it belongs to another job (the tokens differ)"),
    WRONG_ATTEMPT("it is at another attempt of this job");

    final String reason;

    Verdict(String reason) {
      this.reason = reason;
    }
  }

  private Hello() {}

  static void write(JobKey key, ByteBuf out) {
    out.writeBytes(MAGIC);
    out.writeShort(VERSION);
    out.writeInt(key.attempt());
    out.writeBytes(key.token().bytes());
  }

  /** Whether the readable bytes, however few, can still become a hello. */
  static boolean mayBegin(ByteBuf in) {
    int length = Math.min(MAGIC.length, in.readableBytes());
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads {@link #LENGTH} bytes that {@link #mayBegin} and judges them against {@code key}. */
  static Verdict read(JobKey key, ByteBuf in) {
    in.skipBytes(MAGIC.length);
    int version = in.readUnsignedShort();
    int attempt = in.readInt();
    byte[] token = new byte[JobToken.BYTES];
    in.readBytes(token);
    if (version != VERSION) {
      return Verdict.WRONG_VERSION;
    }
    if (!key.token().matches(token)) {
      return Verdict.WRONG_TOKEN;
    }
    return attempt == key.attempt() ? Verdict.ACCEPTED : Verdict.WRONG_ATTEMPT;
  }
}
