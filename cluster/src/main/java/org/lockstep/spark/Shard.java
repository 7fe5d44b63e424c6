package org.lockstep.spark;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.lockstep.data.SampleStore;

/**
 * The samples of a rank, which its task thread reads from a partition while the rank's thread joins
 * the others. The rank's thread waits for them where it needs them.
 */
final class Shard implements AutoCloseable {
  private final CompletableFuture<SampleStore> read = new CompletableFuture<>();

  void complete(SampleStore samples) {
    read.complete(samples);
  }

  void fail(Throwable failure) {
    read.completeExceptionally(failure);
  }

  /**
   * The samples, once all are there.
   *
   * @throws IllegalArgumentException if they cannot be read; the message says why
   */
  SampleStore await() {
    try {
      return read.join();
    } catch (CompletionException e) {
      throw new IllegalArgumentException("cannot read this rank's samples: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    read.thenAccept(SampleStore::close);
  }
}
