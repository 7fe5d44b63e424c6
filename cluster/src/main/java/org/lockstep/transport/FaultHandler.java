package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/** Does to one connection what its rank's {@link FaultyWire} says. */
final class FaultHandler extends ChannelDuplexHandler {
  private final FaultyWire wire;

  FaultHandler(FaultyWire wire) {
    this.wire = wire;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (wire.passing(bytes.readableBytes(), false) == WireFault.BLACKHOLE) {
      bytes.release();
    } else {
      context.fireChannelRead(bytes);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    ByteBuf bytes = (ByteBuf) message;
    @Nullable WireFault fault = wire.passing(bytes.readableBytes(), true);
    if (fault == null) {
      context.write(bytes, promise);
      return;
    }
    switch (fault) {
      case RESET -> {
        drop(bytes, promise);
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context.close();
      }
      case BLACKHOLE -> drop(bytes, promise);
      case CORRUPT -> {
        int middle = bytes.readerIndex() + bytes.readableBytes() / 2;
        bytes.setByte(middle, bytes.getByte(middle) ^ 1);
        context.write(bytes, promise);
      }
      case TRUNCATE -> {
        ByteBuf half = bytes.readRetainedSlice(bytes.readableBytes() / 2);
        drop(bytes, promise);
        context.writeAndFlush(half).addListener(ChannelFutureListener.CLOSE);
      }
      case HALF_CLOSE -> {
        drop(bytes, promise);
        ((DuplexChannel) context.channel()).shutdownOutput();
      }
      case SLICE -> slice(context, bytes, promise);
    }
  }

  /** As if it had been sent. */
  private static void drop(ByteBuf bytes, ChannelPromise promise) {
    bytes.release();
    promise.trySuccess();
  }

  private static void slice(ChannelHandlerContext context, ByteBuf bytes, ChannelPromise promise) {
    while (bytes.readableBytes() > 1) {
      context.writeAndFlush(bytes.readRetainedSlice(1), context.voidPromise());
    }
    context.writeAndFlush(bytes, promise);
  }
}
