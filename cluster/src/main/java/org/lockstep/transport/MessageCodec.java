package org.lockstep.transport;

/**
 * Turns control messages into bytes and back. Called by several threads at once.
 *
 * @param <M> the messages
 */
public interface MessageCodec<M> {
  /**
   * The bytes of one message, without a length.
   *
   * @throws IllegalArgumentException if the message is too large to be sent
   */
  byte[] encode(M message);

  /**
   * The message of one frame.
   *
   * @throws IllegalArgumentException if the bytes are not exactly one message
   */
  M decode(byte[] frame);

  /** A frame that announces more bytes than this is refused before anything is allocated. */
  int maxFrameBytes();
}
