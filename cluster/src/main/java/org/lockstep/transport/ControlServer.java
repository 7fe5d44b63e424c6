package org.lockstep.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.lockstep.comm.CommunicationException;

/** Accepts control connections. One daemon thread serves all of them. */
public final class ControlServer implements AutoCloseable {
  private static final Duration HELLO_PATIENCE = Duration.ofSeconds(5);

  private final ControlLoop loop;
  private final Channel channel;

  private ControlServer(ControlLoop loop, Channel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  /**
   * Listens at once; {@link #address} tells where.
   *
   * @param address port 0 takes a free one
   * @throws CommunicationException if the address cannot be had
   */
  public static <M> ControlServer bind(
      InetSocketAddress address, JobKey key, MessageCodec<M> codec, ControlListener<M> listener) {
    return bind(address, key, codec, listener, HELLO_PATIENCE);
  }

  static <M> ControlServer bind(
      InetSocketAddress address,
      JobKey key,
      MessageCodec<M> codec,
      ControlListener<M> listener,
      Duration helloPatience) {
    ControlLoop loop = new ControlLoop("control-server");
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop.thread())
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                loop.initializer(
                    pipeline -> {
                      pipeline.addLast(new HelloAcceptor(key, helloPatience));
                      ControlHandler.append(pipeline, codec, listener);
                    }))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loop.close();
      throw new CommunicationException(
          "cannot listen on %s port %d: %s; choose another port, or 0 for any free one"
              .formatted(address.getHostString(), address.getPort(), bound.cause().getMessage()),
          bound.cause());
    }
    loop.add(bound.channel());
    return new ControlServer(loop, bound.channel());
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Closes the port and every connection. */
  @Override
  public void close() {
    loop.close();
  }
}
