package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** A header with its payload, which whoever holds the frame releases. */
record Frame(FrameHeader header, ByteBuf payload) {
  boolean belongsTo(Operation operation) {
    return header.sequence() == operation.sequence() && header.group() == operation.group().id();
  }

  /** The payload of a control frame. */
  String text() {
    return payload.toString(StandardCharsets.UTF_8);
  }

  void release() {
    payload.release();
  }
}
