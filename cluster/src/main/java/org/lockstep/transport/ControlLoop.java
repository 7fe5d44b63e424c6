package org.lockstep.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread behind a control server or client, and the channels it serves. The thread is a
 * daemon: it never keeps the JVM alive. It is a loop without a group, whose end would wake Netty's
 * global executor, and that thread keeps a JVM alive for a second.
 */
final class ControlLoop implements AutoCloseable {
  private static final long STOP_SECONDS = 2;

  private final EventLoop thread;
  private final ChannelGroup channels;

  ControlLoop(String name) {
    thread =
        new SingleThreadIoEventLoop(
            null, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    channels = new DefaultChannelGroup(thread);
  }

  EventLoop thread() {
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
