package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One lane's connection to one peer, and the frames of it that no operation has taken yet. Their
 * number is small: a peer cannot go far ahead of a rank whose numbers it needs. What carries the
 * frames is a {@link SocketConnection}'s or a {@link MemoryConnection}'s business; no algorithm can
 * tell, so that where the ranks run does not change what they compute.
 *
 * <p>Thread rule: the lane's thread.
 */
abstract class Connection {
  private final int peer;
  private final Lane lane;
  private final Queue<Frame> inbox = new ArrayDeque<>();
  private long arrivals;
  private boolean over;

  Connection(int peer, Lane lane) {
    this.peer = peer;
    this.lane = lane;
  }

  int peer() {
    return peer;
  }

  Lane lane() {
    return lane;
  }

  /** Whether the peer has said goodbye, or died: nothing more will come. */
  public boolean isOver() {
    return over;
  }

  abstract boolean isOpen();

  /** Whether all that was sent will reach the peer without this rank's doing. */
  abstract boolean isFlushed();

  /** Sends {@code frame}, which stays the caller's, and never waits for that. */
  abstract void send(ByteBuf frame);

  /**
   * Looks whether something has come, without running the loop where that can be. If it is the
   * frame that is awaited, and no earlier one lies in the inbox, its numbers need not go through
   * there.
   *
   * @return whether {@code numbers} {@code from .. from + count} have been read
   */
  abstract boolean poll(Operation operation, int part, Numbers numbers, int from, int count);

  /** The loop will run: what it reads comes after all that was read by {@link #poll}. */
  void leaveToLoop() {}

  /** Ends the connection at once. */
  abstract void cut();

  /** Sends {@code frame}, which this releases, and ends the connection behind it. */
  abstract void cutAfter(ByteBuf frame);

  void sendText(FrameHeader.Kind kind, int group, long sequence, long fingerprint, String text) {
    ByteBuf frame = encode(kind, group, sequence, fingerprint, text);
    send(frame);
    frame.release();
  }

  private ByteBuf encode(
      FrameHeader.Kind kind, int group, long sequence, long fingerprint, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, FrameHeader.MAX_PAYLOAD);
    ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(FrameHeader.SIZE + length);
    new FrameHeader(kind, group, 0, sequence, fingerprint, length).write(frame, lane.check());
    return frame.writeBytes(bytes, 0, length);
  }

  /** Takes in a frame that has come. */
  public void accept(Frame frame) {
    switch (frame.header().kind()) {
      case DATA -> {
        arrivals++;
        inbox.add(frame);
        lane.arrived(frame.header());
        return;
      }
      case ASK -> lane.inquiries().asked(this, frame);
      case ANSWER -> lane.inquiries().answered(peer, frame);
      case ABORT -> lane.failure().learn(frame.text());
      case GOODBYE -> over = true;
    }
    frame.release();
  }

  /** How many frames have come to the inbox so far. */
  long arrivals() {
    return arrivals;
  }

  /** The oldest frame that has come for the operation, left where it is. */
  @Nullable Frame peek(Operation operation) {
    if (inbox.isEmpty()) {
      return null;
    }
    for (Frame frame : inbox) {
      if (frame.belongsTo(operation)) {
        return frame;
      }
    }
    return null;
  }

  /** Takes the oldest frame of that part of the operation out of the inbox, if there is one. */
  @Nullable Frame take(Operation operation, int part) {
    for (Iterator<Frame> frames = inbox.iterator(); frames.hasNext(); ) {
      Frame frame = frames.next();
      if (frame.belongsTo(operation) && frame.header().part() == part) {
        frames.remove();
        return frame;
      }
    }
    return null;
  }

  /** Gives the connection up, and the mesh with it. */
  public void broken(String what) {
    if (!over) {
      over = true;
      lane.failure().fail(lane.name(peer) + " " + what);
    }
    cut();
  }

  /** Says goodbye, or why not, and closes once that is sent. */
  void close() {
    over = true;
    String failure = lane.failure().told();
    FrameHeader.Kind kind = failure == null ? FrameHeader.Kind.GOODBYE : FrameHeader.Kind.ABORT;
    cutAfter(encode(kind, 0, 0, 0, failure == null ? "" : failure));
  }

  /** Frees the frames that nobody took. */
  void release() {
    inbox.forEach(Frame::release);
    inbox.clear();
  }
}
