package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One lane's connection to one peer, and the frames of it that no operation has taken yet. Their
 * number is small: a peer cannot go far ahead of a rank whose numbers it needs.
 *
 * <p>Thread rule: the lane's thread.
 */
final class Connection implements FrameReader.Sink {
  private final Channel channel;
  private final int peer;
  private final Lane lane;
  private final Queue<Frame> inbox = new ArrayDeque<>();
  private boolean over;

  Connection(Channel channel, int peer, Lane lane) {
    this.channel = channel;
    this.peer = peer;
    this.lane = lane;
  }

  int peer() {
    return peer;
  }

  /** Whether the peer has said goodbye, or died: nothing more will come. */
  @Override
  public boolean isOver() {
    return over;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Whether all that was sent has been handed to the kernel. */
  boolean isFlushed() {
    var pending = channel.unsafe().outboundBuffer();
    return pending == null || pending.isEmpty();
  }

  ByteBuf allocate(int bytes) {
    return channel.alloc().directBuffer(bytes, bytes);
  }

  /** Queues {@code frame}, which it releases, and hands to the kernel what that takes. */
  void send(ByteBuf frame) {
    channel.writeAndFlush(frame, channel.voidPromise());
  }

  void sendText(FrameHeader.Kind kind, int group, long sequence, long fingerprint, String text) {
    send(encode(kind, group, sequence, fingerprint, text));
  }

  private ByteBuf encode(
      FrameHeader.Kind kind, int group, long sequence, long fingerprint, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, FrameHeader.MAX_PAYLOAD);
    ByteBuf frame = allocate(FrameHeader.SIZE + length);
    new FrameHeader(kind, group, 0, sequence, fingerprint, length).write(frame, lane.check());
    return frame.writeBytes(bytes, 0, length);
  }

  /** Takes in a frame that was read. */
  @Override
  public void accept(Frame frame) {
    switch (frame.header().kind()) {
      case DATA -> {
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

  /** The oldest frame that has come for the operation, left where it is. */
  @Nullable Frame peek(Operation operation) {
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

  /** The channel is closed: by this rank, by the peer after its goodbye, or for no good reason. */
  @Override
  public void closed() {
    broken("closed the connection");
  }

  /** Gives the connection up, and the mesh with it. */
  @Override
  public void broken(String what) {
    if (!over) {
      over = true;
      lane.failure().fail(lane.name(peer) + " " + what);
    }
    channel.close();
  }

  /** Says goodbye, or why not, and closes once that is sent. */
  void close() {
    over = true;
    String failure = lane.failure().reason();
    FrameHeader.Kind kind = failure == null ? FrameHeader.Kind.GOODBYE : FrameHeader.Kind.ABORT;
    channel
        .writeAndFlush(encode(kind, 0, 0, 0, failure == null ? "" : failure))
        .addListener(ChannelFutureListener.CLOSE);
  }

  /** Frees the frames that nobody took. */
  void release() {
    inbox.forEach(Frame::release);
    inbox.clear();
  }
}
