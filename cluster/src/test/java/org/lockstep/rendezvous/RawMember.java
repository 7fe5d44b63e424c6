package org.lockstep.rendezvous;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.lockstep.transport.ControlClient;
import org.lockstep.transport.ControlConnection;
import org.lockstep.transport.ControlListener;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.Tls;

/** A member's connection without a member: says what the test says. */
final class RawMember implements ControlListener<ControlMessage>, AutoCloseable {
  final BlockingQueue<ControlMessage> heard = new LinkedBlockingQueue<>();
  final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final CompletableFuture<ControlConnection<ControlMessage>> connection =
      new CompletableFuture<>();
  private final ControlClient client = new ControlClient();

  RawMember(Coordinator coordinator, JobKey key) {
    try {
      client.connect(
          coordinator.address(), key, Tls.none(), new ControlMessageCodec(), this, TestJob.LONG);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void send(ControlMessage message) {
    connection.join().send(message);
  }

  @Override
  public void onOpen(ControlConnection<ControlMessage> opened) {
    connection.complete(opened);
  }

  @Override
  public void onMessage(ControlConnection<ControlMessage> from, ControlMessage message) {
    heard.add(message);
  }

  @Override
  public void onClose(ControlConnection<ControlMessage> gone, String reason) {
    closed.complete(null);
  }

  @Override
  public void close() {
    client.close();
  }
}
