package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksums of frames: CRC-32C, which finds every changed bit, every two and every burst of up
 * to 32 (Castagnoli, Bräuer &amp; Herrmann 1993, "Optimization of Cyclic Redundancy-Check Codes
 * with 24 and 32 Parity Bits"). TCP's 16 bits miss what a network card or a switch spoils before it
 * computes them anew. The header has a sum of its own, so that its length can be trusted before the
 * payload is there; that of the payload is part of the header.
 *
 * <p>Thread rule: one thread.
 */
final class FrameSum {
  private final CRC32C sum = new CRC32C();

  /** Writes the sums of a frame that fills {@code frame}, unless they are there. */
  void seal(ByteBuf frame) {
    int at = frame.readerIndex();
    if (FrameHeader.sum(frame, at) == 0) {
      FrameHeader.payloadSum(
          frame, at, of(frame, at + FrameHeader.SIZE, frame.readableBytes() - FrameHeader.SIZE));
      FrameHeader.sum(frame, at, of(frame, at, FrameHeader.SUMMED));
    }
  }

  /** Whether the header at {@code at} is as it was sent. */
  boolean holdsHeader(ByteBuf in, int at) {
    return of(in, at, FrameHeader.SUMMED) == FrameHeader.sum(in, at);
  }

  /** Whether these bytes are the payload whose checksum is {@code expected}. */
  boolean holds(ByteBuf in, int at, int length, int expected) {
    return of(in, at, length) == expected;
  }

  private int of(ByteBuf bytes, int at, int length) {
    ByteBuffer view = bytes.internalNioBuffer(at, length);
    sum.reset();
    sum.update(view);
    return (int) sum.getValue();
  }
}
