package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One lane's connection to a peer in the same JVM. The peer reads the buffer that this rank wrote,
 * and the kernel is asked for nothing but to wake a peer that sleeps. The bytes are those of a
 * socket and are metered like them.
 *
 * <p>Thread rule: the lane's thread, but the peer's for {@link #arrive}. Who takes a frame out of
 * the queue releases it. None stays there: this end closes before it empties the queue for the last
 * time, and the peer looks whether it has closed after it has put one in.
 */
final class MemoryConnection extends Connection {
  private final MemoryConnection otherEnd;
  private final Queue<ByteBuf> arrived = new ConcurrentLinkedQueue<>();
  private final Runnable takeIn = this::takeIn;
  private volatile boolean closed;

  /** Makes both ends of a connection, of which this one belongs to {@code lane}. */
  MemoryConnection(Lane lane, Lane peersLane) {
    super(peersLane.rank(), lane);
    otherEnd = new MemoryConnection(lane.rank(), peersLane, this);
  }

  private MemoryConnection(int peer, Lane lane, MemoryConnection otherEnd) {
    super(peer, lane);
    this.otherEnd = otherEnd;
  }

  MemoryConnection otherEnd() {
    return otherEnd;
  }

  @Override
  boolean isOpen() {
    return !closed;
  }

  @Override
  boolean isFlushed() {
    return true;
  }

  @Override
  void send(ByteBuf frame) {
    otherEnd.arrive(frame.copy());
  }

  private void arrive(ByteBuf frame) {
    arrived.add(frame);
    if (closed) {
      discard();
    } else {
      lane().execute(takeIn);
    }
  }

  @Override
  boolean poll(Operation operation, int part, Numbers numbers, int from, int count) {
    takeIn();
    return false;
  }

  private void takeIn() {
    for (ByteBuf frame = arrived.poll(); frame != null; frame = arrived.poll()) {
      if (isOver()) {
        frame.release();
      } else {
        takeIn(frame);
      }
    }
  }

  private void takeIn(ByteBuf frame) {
    try {
      accept(new Frame(FrameHeader.read(frame, lane().check()), frame));
    } catch (FrameHeader.BadFrameException e) {
      frame.release();
      broken("sent " + e.getMessage());
    }
  }

  @Override
  void cut() {
    closed = true;
    discard();
  }

  private void discard() {
    for (ByteBuf frame = arrived.poll(); frame != null; frame = arrived.poll()) {
      frame.release();
    }
  }

  @Override
  void cutAfter(ByteBuf frame) {
    otherEnd.arrive(frame);
    cut();
  }
}
