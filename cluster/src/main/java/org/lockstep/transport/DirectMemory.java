package org.lockstep.transport;

import io.netty.buffer.PooledByteBufAllocator;

/** The memory outside the heap that frames are written to and read from. */
public final class DirectMemory {
  private DirectMemory() {}

  /** Bytes that the pool of frames holds, whether in use or kept for the next ones. */
  public static long used() {
    return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }
}
