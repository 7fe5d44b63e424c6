package org.lockstep.transport;

/**
 * Hears what comes in on control connections. Thread rule: called by the transport's own thread,
 * which serves all connections: must not block.
 *
 * @param <M> the messages
 */
public interface ControlListener<M> {
  /** The other side has authenticated. */
  default void onOpen(ControlConnection<M> connection) {}

  void onMessage(ControlConnection<M> connection, M message);

  /** An opened connection is gone; no message of it will follow. */
  void onClose(ControlConnection<M> connection, String reason);
}
