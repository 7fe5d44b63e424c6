package org.lockstep.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One authenticated connection for control messages. Any thread may use it; messages arrive in the
 * order in which they were sent.
 *
 * @param <M> the messages
 */
public final class ControlConnection<M> {
  private static final Logger log = LoggerFactory.getLogger(ControlConnection.class);

  private final Channel channel;
  private final MessageCodec<M> codec;

  ControlConnection(Channel channel, MessageCodec<M> codec) {
    this.channel = channel;
    this.codec = codec;
  }

  /**
   * Sends without waiting. If the connection breaks before the message has left, the listener's
   * {@link ControlListener#onClose} tells.
   *
   * @throws IllegalArgumentException if the message is too large
   */
  public void send(M message) {
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(codec.encode(message)))
        .addListener(
            sent -> {
              if (!sent.isSuccess()) {
                log.debug("{} did not reach {}", message, channel.remoteAddress(), sent.cause());
              }
            });
  }

  /** Closes after what was sent before. */
  public void close() {
    channel.close();
  }

  @Override
  public String toString() {
    return String.valueOf(channel.remoteAddress());
  }
}
