package org.lockstep.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What ranks say of themselves when they connect, in 20 bytes, big-endian:
 *
 * <pre>
 *  0       4       8       12      16      20
 *  +-------+-------+-------+-------+-------+
 *  |attempt| world | rank  | lane  | cores |
 *  +-------+-------+-------+-------+-------+
 * </pre>
 *
 * @param cores the cores that the sender's process may use; the ranks choose algorithms by it
 */
record PeerHello(int attempt, int worldSize, int rank, LaneKind lane, int cores) {
  static final int SIZE = 20;

  byte[] bytes() {
    return ByteBuffer.allocate(SIZE)
        .putInt(attempt)
        .putInt(worldSize)
        .putInt(rank)
        .putInt(lane.ordinal())
        .putInt(cores)
        .array();
  }

  /** What {@link #bytes} made, or null where they are not that. */
  static @Nullable PeerHello read(byte[] bytes) {
    if (bytes.length != SIZE) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new PeerHello(
        in.getInt(), in.getInt(), in.getInt(), LaneKind.of(in.getInt()), in.getInt());
  }
}
