package org.lockstep.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.lockstep.comm.CommunicationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts control connections. One daemon thread serves all of them. */
public final class ControlServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);

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
   * @param tls what the connections are secured with
   * @throws CommunicationException if the address cannot be had
   */
  public static <M> ControlServer bind(
      InetSocketAddress address,
      JobKey key,
      Tls tls,
      MessageCodec<M> codec,
      ControlListener<M> listener) {
    return bind(address, key, tls, codec, listener, PATIENCE);
  }

  static <M> ControlServer bind(
      InetSocketAddress address,
      JobKey key,
      Tls tls,
      MessageCodec<M> codec,
      ControlListener<M> listener,
      Duration patience) {
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
                      tls.secure(pipeline, true);
                      pipeline.addLast(
                          new CalleeHandshake(key.token(), new Accepting(key), patience));
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

  /** Whoever proves himself may come in. */
  private static final class Accepting extends ControlParty {
    Accepting(JobKey key) {
      super(key);
    }

    @Override
    public void refused(Channel channel, String why) {
      log.warn("Refused {}, which {}", channel.remoteAddress(), why);
    }
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
