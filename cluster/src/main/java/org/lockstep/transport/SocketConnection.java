package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;

/**
 * One lane's connection to a peer in another JVM.
 *
 * <p>Thread rule: the lane's thread.
 */
final class SocketConnection extends Connection implements FrameReader.Sink {
  private final Channel channel;

  SocketConnection(Channel channel, int peer, Lane lane) {
    super(peer, lane);
    this.channel = channel;
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

  /** Queues {@code frame} and hands to the kernel what that takes. */
  @Override
  void send(ByteBuf frame) {
    channel.writeAndFlush(frame, channel.voidPromise());
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
  void cutAfter(ByteBuf frame) {
    channel.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
  }
}
