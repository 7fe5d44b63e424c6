package org.lockstep.transport;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection whose {@link Handshake} is under way: what the two say to each other.
 *
 * <p>Thread rule: the channel's loop.
 */
interface Party {
  /**
   * What this side says of itself, at most {@link Handshake#MAX_INTRODUCTION} bytes.
   *
   * @param theirs what the caller said; null: this side is the caller
   */
  byte[] introduction(byte @Nullable [] theirs);

  /**
   * What is wrong with the other side, which has proved that it knows the token, as what follows
   * its name in a sentence; null: nothing.
   */
  @Nullable String fault(byte[] theirs);

  /**
   * Takes the connection. The channel may be prepared, also on another loop, before {@code proceed}
   * is run: it answers the other side, which sends nothing before, and takes the handshake out of
   * the pipeline.
   */
  void admitted(Channel channel, byte[] theirs, Runnable proceed);

  /** The connection is being closed, for a reason that follows the other side's name. */
  void refused(Channel channel, String why);

  /** The connection broke before anything was decided, for a reason as above. */
  default void lost(Channel channel, String why) {
    refused(channel, why);
  }
}
