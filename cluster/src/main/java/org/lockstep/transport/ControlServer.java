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
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ControlLoop loop;
  private final Lobby lobby;
  private final Channel channel;
  private final InetSocketAddress address;

  private ControlServer(ControlLoop loop, Lobby lobby, Channel channel) {
    this.loop = loop;
    this.lobby = lobby;
    this.channel = channel;
    this.address = (InetSocketAddress) channel.localAddress();
  }

  /**
   * Listens at once; {@link #address} tells where.
   *
   * @param address port 0 takes a free one
   * @param tls what the connections are secured with
   * @param members how many will come
   * @throws CommunicationException if the address cannot be had
   */
  public static <M> ControlServer bind(
      InetSocketAddress address,
      JobKey key,
      Tls tls,
      int members,
      MessageCodec<M> codec,
      ControlListener<M> listener) {
    Lobby lobby = new Lobby("the coordinator", members, PATIENCE);
    return bind(address, key, tls, lobby, codec, listener);
  }

  static <M> ControlServer bind(
      InetSocketAddress address,
      JobKey key,
      Tls tls,
      Lobby lobby,
      MessageCodec<M> codec,
      ControlListener<M> listener) {
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
                          new CalleeHandshake(key.token(), new Accepting(key, lobby), lobby));
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
    return new ControlServer(loop, lobby, bound.channel());
  }

  /** Whoever proves himself may come in. */
  private static final class Accepting extends ControlParty {
    private final Lobby lobby;

    Accepting(JobKey key, Lobby lobby) {
      super(key);
      this.lobby = lobby;
    }

    @Override
    public void refused(Channel channel, String why) {
      lobby.refused(channel, why);
    }
  }

  public InetSocketAddress address() {
    return address;
  }

  /** Ends listening, when nobody is expected any more; the connections stay. */
  public void shut() {
    channel.close().addListener(shut -> lobby.close());
  }

  /** Closes the port and every connection. */
  @Override
  public void close() {
    loop.close();
  }
}
