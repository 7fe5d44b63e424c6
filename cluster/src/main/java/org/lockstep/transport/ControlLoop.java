package org.lockstep.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread behind a control server or client, and the channels it serves. The thread is a
 * daemon: it never keeps the JVM alive.
 */
final class ControlLoop implements AutoCloseable {
  private static final long STOP_SECONDS = 2;

  private final EventLoopGroup thread;
  private final ChannelGroup channels;

  ControlLoop(String name) {
    thread =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    channels = new DefaultChannelGroup(thread.next());
  }

  EventLoopGroup thread() {
    return thread;
  }

  void add(Channel channel) {
    channels.add(channel);
  }

  /** Makes the handler that sets up each new channel; the loop closes the channel in the end. */
  ChannelInitializer<Channel> initializer(Consumer<ChannelPipeline> handlers) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channels.add(channel);
        handlers.accept(channel.pipeline());
      }
    };
  }

  /**
   * Closes all channels, after what was written to them, and ends the thread. The channels first: a
   * loop that ends leaves it to the selector when their sockets are really closed.
   */
  @Override
  public void close() {
    channels.close().awaitUninterruptibly();
    thread.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
