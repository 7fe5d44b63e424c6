package org.lockstep.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.lockstep.comm.CommunicationException;

/** Makes control connections. One daemon thread serves all that one client made. */
public final class ControlClient implements AutoCloseable {
  private final ControlLoop loop = new ControlLoop("control-client");

  /**
   * Connects and authenticates; the listener has heard {@link ControlListener#onOpen} when this
   * returns.
   *
   * @param tls what the connection is secured with
   * @throws RefusedException if the other side does not take this key
   * @throws CommunicationException if nobody listens there, or does not answer in time
   */
  public <M> void connect(
      InetSocketAddress address,
      JobKey key,
      Tls tls,
      MessageCodec<M> codec,
      ControlListener<M> listener,
      Duration timeout)
      throws InterruptedException {
    CompletableFuture<Void> accepted = new CompletableFuture<>();
    ChannelFuture connecting =
        new Bootstrap()
            // The address is resolved, and a resolver would bind the end of the loop to Netty's
            // global executor, whose thread keeps a JVM alive for a second.
            .disableResolver()
            .group(loop.thread())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
            .handler(
                loop.initializer(
                    pipeline -> {
                      tls.secure(pipeline, false);
                      pipeline.addLast(
                          new CallerHandshake(key.token(), new Joining(key, accepted)));
                      ControlHandler.append(pipeline, codec, listener);
                    }))
            .connect(address);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            accepted.completeExceptionally(connected.cause());
          }
        });
    await(accepted, connecting, address, timeout);
  }

  private static void await(
      CompletableFuture<Void> accepted,
      ChannelFuture connecting,
      InetSocketAddress address,
      Duration timeout)
      throws InterruptedException {
    try {
      accepted.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RefusedException refused) {
        throw refused;
      }
      String why = e.getCause() == null ? e.toString() : e.getCause().getMessage();
      throw new CommunicationException(
          "cannot connect to the coordinator at " + address + ": " + why, e);
    } catch (TimeoutException e) {
      connecting.channel().close();
      throw new CommunicationException(
          "the coordinator at " + address + " did not answer within " + timeout.toMillis() + " ms",
          e);
    }
  }

  /** Wants to come in. */
  private static final class Joining extends ControlParty {
    private final CompletableFuture<Void> accepted;

    Joining(JobKey key, CompletableFuture<Void> accepted) {
      super(key);
      this.accepted = accepted;
    }

    @Override
    public void admitted(Channel channel, byte[] theirs, Runnable proceed) {
      super.admitted(channel, theirs, proceed);
      accepted.complete(null);
    }

    @Override
    public void refused(Channel channel, String why) {
      String message = "the coordinator at " + channel.remoteAddress() + " " + why;
      accepted.completeExceptionally(new RefusedException(message));
    }

    @Override
    public void lost(Channel channel, String why) {
      accepted.completeExceptionally(new CommunicationException("it " + why));
    }
  }

  /** Closes every connection, after what was sent on it. */
  @Override
  public void close() {
    loop.close();
  }
}
