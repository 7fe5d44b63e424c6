package org.lockstep.transport;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what a control listener hears, in order. */
final class Recorder implements ControlListener<String> {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private volatile @Nullable ControlConnection<String> connection;

  @Override
  public void onOpen(ControlConnection<String> opened) {
    connection = opened;
    heard.add("open");
  }

  @Override
  public void onMessage(ControlConnection<String> from, String message) {
    heard.add(message);
  }

  @Override
  public void onClose(ControlConnection<String> closed, String reason) {
    heard.add("closed: " + reason);
  }

  @Nullable String next() throws InterruptedException {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  boolean heardNothing() {
    return heard.isEmpty();
  }

  void send(String message) {
    ControlConnection<String> open = connection;
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    open.send(message);
  }
}
