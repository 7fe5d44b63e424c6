package org.lockstep.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** A frame's numbers where they lie in memory, little-endian IEEE 754, seen as either type. */
record Payload(DoubleBuffer doubles, FloatBuffer floats) {
  /** The numbers from the buffer's position on. */
  static Payload of(ByteBuffer bytes) {
    ByteBuffer numbers = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Payload(numbers.asDoubleBuffer(), numbers.asFloatBuffer());
  }
}
