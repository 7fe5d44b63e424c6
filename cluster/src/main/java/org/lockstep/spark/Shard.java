package org.lockstep.spark;

import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.spark.shuffle.FetchFailedException;
import org.lockstep.comm.CommunicationException;
import org.lockstep.data.SampleStore;

/**
 * The samples of a rank, which its task thread reads from a partition while the rank's thread joins
 * the others. The rank's thread waits for them where it needs them.
 */
final class Shard implements AutoCloseable {
  private final CompletableFuture<SampleStore> read = new CompletableFuture<>();

  void complete(SampleStore samples) {
    if (!read.complete(samples)) {
      samples.close();
    }
  }

  void fail(Throwable failure) {
    read.completeExceptionally(failure);
  }

  /**
   * The samples, once all are there.
   *
   * @throws IllegalArgumentException if they cannot be read; the message says why
   * @throws CommunicationException if an executor from which they come was lost
   */
  SampleStore await() throws InterruptedException {
    try {
      return read.get();
    } catch (ExecutionException e) {
      throw failure(Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private static RuntimeException failure(Throwable cause) {
    if (cause instanceof FetchFailedException) {
      return new CommunicationException(
          "cannot fetch this rank's samples: " + cause.getMessage(), cause);
    }
    boolean forUsers =
        cause instanceof IllegalArgumentException || cause instanceof UncheckedIOException;
    return new IllegalArgumentException(
        "cannot read this rank's samples: " + (forUsers ? cause.getMessage() : cause), cause);
  }

  /** Closes the samples; who waits for them, waits no longer. */
  @Override
  public void close() {
    read.completeExceptionally(new IllegalStateException("the rank has ended"));
    read.thenAccept(SampleStore::close);
  }
}
