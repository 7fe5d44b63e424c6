package org.lockstep.transport;

import io.netty.buffer.ByteBuf;

/**
 * What precedes every payload on a connection. All numbers are little-endian, the payload's too.
 *
 * <pre>
 *  0       4       8       12      16          24          32      36      40      44
 *  +-------+-------+-------+-------+-----------+-----------+-------+-------+-------+- - -
 *  | magic | check | group | part  | sequence  |fingerprint|length |payload|  sum  |payload
 *  |       |       |       |       |           |           |       |  sum  |       |
 *  +-------+-------+-------+-------+-----------+-----------+-------+-------+-------+- - -
 * </pre>
 *
 * <ul>
 *   <li><b>magic</b>: the letters {@code LKS}, then the {@link Kind}.
 *   <li><b>check</b>: says which job and attempt; see {@link JobKey#check}.
 *   <li><b>group</b>, <b>sequence</b>: which collective of which {@link Group}.
 *   <li><b>part</b>: which message within the collective; its algorithm numbers them.
 *   <li><b>fingerprint</b>: what the sender does in this collective; see {@link Operation}.
 *   <li><b>length</b>: bytes of payload, at most {@link #MAX_PAYLOAD}.
 *   <li><b>payload sum</b>, <b>sum</b>: the {@link FrameSum}s of the payload and of the header up
 *       to here. They are 0 until something carries the frame that could change it, and stay so in
 *       memory.
 * </ul>
 */
record FrameHeader(Kind kind, int group, int part, long sequence, long fingerprint, int length) {
  static final int SIZE = 44;

  /** The bytes of the header that its sum is of. */
  static final int SUMMED = 40;

  /** Longer messages are cut: the reader never reserves more than this on a peer's word. */
  static final int MAX_PAYLOAD = 1 << 17;

  private static final int PAYLOAD_SUM = 36;
  private static final int MAGIC = 'L' | 'K' << 8 | 'S' << 16;

  /** What a frame is for. */
  enum Kind {
    /** Numbers of a collective. */
    DATA,
    /** "I do this, what do you do?" with the sender's operation as text. */
    ASK,
    /** "I do this", or with fingerprint 0 "I am not there yet, I was last in this", as text. */
    ANSWER,
    /** "I gave up", with the reason as text. */
    ABORT,
    /** "I am done and close." */
    GOODBYE
  }

  void write(ByteBuf out, int check) {
    out.writeIntLE(MAGIC | kind.ordinal() << 24);
    out.writeIntLE(check);
    out.writeIntLE(group);
    out.writeIntLE(part);
    out.writeLongLE(sequence);
    out.writeLongLE(fingerprint);
    out.writeIntLE(length);
    out.writeLongLE(0); // the sums
  }

  /** The header's sum in the frame at {@code at}. */
  static int sum(ByteBuf frame, int at) {
    return frame.getIntLE(at + SUMMED);
  }

  static void sum(ByteBuf frame, int at, int sum) {
    frame.setIntLE(at + SUMMED, sum);
  }

  /** The payload's sum in the frame at {@code at}. */
  static int payloadSum(ByteBuf frame, int at) {
    return frame.getIntLE(at + PAYLOAD_SUM);
  }

  static void payloadSum(ByteBuf frame, int at, int sum) {
    frame.setIntLE(at + PAYLOAD_SUM, sum);
  }

  /** Whether {@code in} goes on with what may be a header. */
  static boolean isOne(ByteBuf in) {
    int magic = in.getIntLE(in.readerIndex());
    return (magic & 0xFFFFFF) == MAGIC && magic >>> 24 < KINDS.length;
  }

  /**
   * Reads a header and checks all that can be checked without knowing the operation, but its sum.
   *
   * @throws BadFrameException if these bytes are no header of this job and attempt
   */
  static FrameHeader read(ByteBuf in, int check) throws BadFrameException {
    if (!isOne(in)) {
      throw new BadFrameException("bytes that are no frame");
    }
    Kind kind = KINDS[in.readIntLE() >>> 24];
    if (in.readIntLE() != check) {
      throw new BadFrameException("a frame of another job or attempt");
    }
    FrameHeader header =
        new FrameHeader(
            kind, in.readIntLE(), in.readIntLE(), in.readLongLE(), in.readLongLE(), in.readIntLE());
    in.skipBytes(SIZE - PAYLOAD_SUM);
    if (header.length < 0 || header.length > MAX_PAYLOAD) {
      throw new BadFrameException(
          "a frame of " + header.length + " bytes, where " + MAX_PAYLOAD + " is the limit");
    }
    return header;
  }

  /** Whether {@code in} begins with the header of {@code bytes} numbers of the operation's part. */
  static boolean begins(ByteBuf in, int check, Operation operation, int part, int bytes) {
    int at = in.readerIndex();
    return in.getLongLE(at + 16) == operation.sequence()
        && in.getLongLE(at + 24) == operation.fingerprint()
        && in.getIntLE(at) == (MAGIC | Kind.DATA.ordinal() << 24)
        && in.getIntLE(at + 4) == check
        && in.getIntLE(at + 8) == operation.group().id()
        && in.getIntLE(at + 12) == part
        && in.getIntLE(at + 32) == bytes;
  }

  private static final Kind[] KINDS = Kind.values();

  /** Bytes that do not belong on this connection. */
  static final class BadFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    BadFrameException(String message) {
      super(message);
    }
  }
}
