package org.lockstep.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the beginning of {@code .npy} files. */
public final class NpyBytes {
  private NpyBytes() {}

  /**
   * All in front of the elements.
   *
   * @param order Python's {@code True} or {@code False}
   * @param shape a Python tuple
   */
  public static byte[] header(String type, String order, String shape) {
    byte[] text =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n"
            .formatted(type, order, shape)
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(10 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) text.length)
        .put(text)
        .array();
  }
}
