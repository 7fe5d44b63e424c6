package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One lane's connection to a peer in another JVM.
 *
 * <p>Thread rule: the lane's thread.
 */
final class SocketConnection extends Connection implements FrameReader.Sink {
  private final Channel channel;
  private final FrameReader reader;
  private final @Nullable RawSocket raw;
  private final FrameSum sum = new FrameSum();

  SocketConnection(Channel channel, int peer, Lane lane) {
    super(peer, lane);
    this.channel = channel;
    // What cannot be sent closes nothing: the peer's last words, which say why, may not be read
    // yet, and the end of the stream, or a reset, lies behind them.
    channel.config().setAutoClose(false);
    reader = new FrameReader(this, lane.check());
    raw = RawSocket.under(channel);
  }

  FrameReader reader() {
    return reader;
  }

  @Override
  boolean isOpen() {
    return channel.isOpen();
  }

  /** Whether all that was sent has been handed to the kernel. */
  @Override
  boolean isFlushed() {
    var pending = channel.unsafe().outboundBuffer();
    return pending == null || pending.isEmpty();
  }

  /** Hands to the kernel what that takes of {@code frame}, and queues the rest. */
  @Override
  void send(ByteBuf frame) {
    sum.seal(frame);
    int taken = raw != null && channel.isOpen() && isFlushed() ? raw.write(frame) : 0;
    int left = frame.readableBytes() - taken;
    if (left > 0) {
      ByteBuf rest = frame.copy(frame.readerIndex() + taken, left);
      channel.writeAndFlush(rest);
    }
  }

  @Override
  boolean poll(Operation operation, int part, Numbers numbers, int from, int count) {
    if (raw == null || !channel.isOpen()) {
      lane().loop().runNow();
      return false;
    }
    try {
      return poll(raw, operation, part, numbers, from, count);
    } catch (IOException e) {
      broken("lost the connection: " + e.getMessage());
      return false;
    }
  }

  private boolean poll(
      RawSocket socket, Operation operation, int part, Numbers numbers, int from, int count)
      throws IOException {
    int bytes = count * numbers.width();
    int size = FrameHeader.SIZE + bytes;
    int missing = reader.missing();
    ByteBuf in = socket.read(missing > 0 ? missing : size);
    if (missing > 0) {
      leaveToLoop();
    } else if (in.readableBytes() >= FrameHeader.SIZE) {
      if (!FrameHeader.begins(in, lane().check(), operation, part, bytes)) {
        leaveToLoop();
      } else if (in.readableBytes() == size) {
        if (!sum.holds(in, FrameHeader.SIZE, bytes, FrameHeader.payloadSum(in, 0))) {
          damaged(operation);
          return false;
        }
        numbers.read(socket.payload(), from, count);
        in.clear();
        return true;
      }
    }
    return false;
  }

  @Override
  void leaveToLoop() {
    if (raw != null && raw.hasUnread()) {
      reader.read(raw.handOver());
    }
  }

  @Override
  public void damaged(@Nullable FrameHeader header) {
    damaged(
        header != null && header.kind() == FrameHeader.Kind.DATA
            ? lane().inquiries().begun(header)
            : null);
  }

  private void damaged(@Nullable Operation operation) {
    broken(
        "sent a frame "
            + (operation == null ? "" : "of " + operation + " ")
            + "whose checksum is wrong: a bit has changed on the way; check memory and network card"
            + " of both hosts and the network between them, and go on from the last checkpoint");
  }

  /** The channel is closed: by this rank, by the peer after its goodbye, or for no good reason. */
  @Override
  public void closed() {
    broken("closed the connection");
  }

  @Override
  void cut() {
    channel.close();
  }

  @Override
  void release() {
    super.release();
    if (raw != null) {
      raw.handOver().release();
    }
  }

  @Override
  void cutAfter(ByteBuf frame) {
    sum.seal(frame);
    channel.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
  }
}
