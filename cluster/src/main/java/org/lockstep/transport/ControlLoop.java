package org.lockstep.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one thread behind a control server or client; it never keeps the JVM alive. */
final class ControlLoop {
  private static final long STOP_SECONDS = 2;

  private ControlLoop() {}

  static EventLoopGroup start(String name) {
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  /** Closes all channels, after what was written to them, and ends the thread. */
  static void stop(EventLoopGroup group) {
    group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
