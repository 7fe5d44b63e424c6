package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import org.jspecify.annotations.Nullable;

/** The end of a control connection's pipeline: frames become messages for the listener. */
final class ControlHandler<M> extends SimpleChannelInboundHandler<ByteBuf> {
  private static final int LENGTH_BYTES = 4;

  private final MessageCodec<M> codec;
  private final ControlListener<M> listener;
  private @Nullable ControlConnection<M> connection;
  private String closeReason = "the connection was closed by the other side";

  ControlHandler(MessageCodec<M> codec, ControlListener<M> listener) {
    this.codec = codec;
    this.listener = listener;
  }

  /** Appends what follows the handshake: a 4-byte length before each frame, then this handler. */
  static <M> void append(
      ChannelPipeline pipeline, MessageCodec<M> codec, ControlListener<M> listener) {
    pipeline
        .addLast(
            new LengthFieldBasedFrameDecoder(
                codec.maxFrameBytes(), 0, LENGTH_BYTES, 0, LENGTH_BYTES))
        .addLast(new LengthFieldPrepender(LENGTH_BYTES))
        .addLast(new ControlHandler<>(codec, listener));
  }

  /** The handshake is done. */
  void open(Channel channel) {
    connection = new ControlConnection<>(channel, codec);
    listener.onOpen(connection);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    if (connection != null) {
      listener.onMessage(connection, codec.decode(ByteBufUtil.getBytes(frame)));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (connection != null) {
      listener.onClose(connection, closeReason);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    closeReason = "the connection broke: " + cause;
    context.close();
  }
}
