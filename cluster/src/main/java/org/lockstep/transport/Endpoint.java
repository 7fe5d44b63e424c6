package org.lockstep.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;

/**
 * The socket on which a rank listens for its peers. It is bound before the ranks know of each
 * other, so that its address can be told; connections wait unaccepted until {@link Mesh#connect}
 * knows who may come in. It serves one mesh, which closes it.
 *
 * <p>Thread rule: any thread.
 */
public final class Endpoint implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final Io io = Io.best();
  private final LoopThread thread;
  private final Channel server;
  private volatile @Nullable Reception reception;

  private Endpoint(InetAddress host) {
    thread = new LoopThread(io, "lockstep-bandwidth");
    ChannelFuture bound =
        new ServerBootstrap()
            .group(thread.loop())
            .channel(io.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(Objects.requireNonNull(reception).handler());
                  }
                })
            .bind(host, 0)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      thread.stop();
      throw new CommunicationException(
          "cannot listen on " + host.getHostAddress() + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    server = bound.channel();
  }

  /**
   * Listens on a free port of {@code host}.
   *
   * @throws CommunicationException if this machine does not have that address
   */
  public static Endpoint bind(InetAddress host) {
    return new Endpoint(host);
  }

  /** Where peers reach this rank. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  Io io() {
    return io;
  }

  /** The thread on whose loop connections are accepted; the bandwidth lane's. */
  LoopThread thread() {
    return thread;
  }

  /** Begins to accept. */
  void open(Reception greeter) {
    reception = greeter;
    server.config().setAutoRead(true);
  }

  @Override
  public void close() {
    server.close().awaitUninterruptibly();
    thread.stop();
  }

  /** Makes the handler that receives one accepted connection. */
  interface Reception {
    ChannelHandler handler();
  }
}
