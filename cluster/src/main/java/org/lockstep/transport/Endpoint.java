package org.lockstep.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;

/**
 * The socket on which a rank listens for its peers. It is bound before the ranks know of each
 * other, so that its address can be told; connections wait unaccepted until {@link Mesh#connect}
 * knows who may come in, and once all are in, nothing listens any more. It serves one mesh, which
 * closes it.
 *
 * <p>A rank of the same JVM, as another task of the same Spark executor is, finds the endpoint by
 * its address and needs no socket. Nobody else can have that address, and it is forgotten when the
 * endpoint closes: what is found is what a socket would have reached.
 *
 * <p>Thread rule: any thread.
 */
public final class Endpoint implements AutoCloseable {
  private static final int BACKLOG = 1024;

  /**
   * Static, since the tasks of a Spark executor have nothing else in common. Under another class
   * loader it is another map, and the ranks use sockets.
   */
  private static final Map<InetSocketAddress, Endpoint> OF_THIS_JVM = new ConcurrentHashMap<>();

  private final Io io = Io.best();
  private final Tls tls;
  private final LoopThread thread;
  private final Channel server;
  private final InetSocketAddress address;
  private final Map<InetSocketAddress, Endpoint> neighbours;
  private final @Nullable FaultyWire wire;
  private final CompletableFuture<Assembly> opened = new CompletableFuture<>();

  private Endpoint(
      InetAddress host,
      Tls tls,
      Map<InetSocketAddress, Endpoint> neighbours,
      @Nullable FaultyWire wire) {
    this.tls = tls;
    this.neighbours = neighbours;
    this.wire = wire;
    thread = new LoopThread(io, "lockstep-bandwidth");
    ChannelFuture bound =
        new ServerBootstrap()
            .group(thread.loop())
            .channel(io.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(initializer(() -> opened.join().receiving(), true))
            .bind(host, 0)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      thread.stop();
      throw new CommunicationException(
          "cannot listen on " + host.getHostAddress() + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    server = bound.channel();
    address = (InetSocketAddress) server.localAddress();
  }

  /**
   * Listens on a free port of {@code host}.
   *
   * @param tls what the connections to other processes are secured with
   * @throws CommunicationException if this machine does not have that address
   */
  public static Endpoint bind(InetAddress host, Tls tls) {
    return bind(host, tls, OF_THIS_JVM);
  }

  /**
   * Listens on a free port of {@code host}.
   *
   * @param neighbours by address, the endpoints between which no socket is needed
   */
  static Endpoint bind(InetAddress host, Tls tls, Map<InetSocketAddress, Endpoint> neighbours) {
    Endpoint endpoint = new Endpoint(host, tls, neighbours, null);
    neighbours.put(endpoint.address(), endpoint);
    return endpoint;
  }

  /**
   * Listens on a free port of {@code host}, for connections that can be made to fail; they are
   * sockets wherever the peers are.
   *
   * @throws CommunicationException if this machine does not have that address
   */
  public static Endpoint bind(InetAddress host, Tls tls, FaultyWire wire) {
    return new Endpoint(host, tls, new ConcurrentHashMap<>(), wire);
  }

  /**
   * Sets up each new connection: what can make it fail lies below what encrypts it, and that below
   * the handshake.
   */
  ChannelInitializer<Channel> initializer(Supplier<Handshake> handshakes, boolean isCalled) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        if (wire != null) {
          channel.pipeline().addLast(wire.handler());
        }
        tls.secure(channel.pipeline(), isCalled);
        channel.pipeline().addLast(handshakes.get());
      }
    };
  }

  /** Where peers reach this rank. */
  public InetSocketAddress address() {
    return address;
  }

  Io io() {
    return io;
  }

  /** The thread on whose loop connections are accepted; the bandwidth lane's. */
  LoopThread thread() {
    return thread;
  }

  /** The endpoint with that address, if it is in this JVM. */
  @Nullable Endpoint neighbour(InetSocketAddress address) {
    return neighbours.get(address);
  }

  /** Who lets callers in, once this is open; cancelled if it closes before. */
  CompletableFuture<Assembly> opened() {
    return opened;
  }

  /** Begins to accept. */
  void open(Assembly assembly) {
    opened.complete(assembly);
    server.config().setAutoRead(true);
  }

  /** Ends listening; the connections stay, and the port may go to others. */
  ChannelFuture shut() {
    neighbours.remove(address, this);
    return server.close();
  }

  @Override
  public void close() {
    opened.cancel(false);
    shut().awaitUninterruptibly();
    thread.stop();
  }
}
