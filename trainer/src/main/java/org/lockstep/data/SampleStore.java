package org.lockstep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples of one rank, read in any order for as long as it trains: float32 values on the heap, and
 * those beyond a limit in a file that is mapped, so that the system keeps in memory what it can. A
 * sample takes 4 bytes a value and 4 for its label; the file is deleted with {@link #close}.
 *
 * <p>Filled by one thread, then read by one.
 */
public final class SampleStore implements AutoCloseable {
  /** 4 MiB. */
  private static final int VALUES_PER_CHUNK = 1 << 20;

  private final int values;
  private final int samplesPerChunk;
  private final long heapLimit;
  private final Path spillDirectory;
  private final List<FloatBuffer> chunks = new ArrayList<>();
  private FloatBuffer filling;
  private int[] labels = new int[1024];
  private int size;
  private long heapBytes;
  private long fileBytes;

  /**
   * @param values of a sample
   * @param heapLimit bytes of values that stay on the heap, give or take 4 MiB
   * @param spillDirectory takes the file
   */
  public SampleStore(int values, long heapLimit, Path spillDirectory) {
    this.values = values;
    samplesPerChunk = Math.max(1, VALUES_PER_CHUNK / values);
    this.heapLimit = heapLimit;
    this.spillDirectory = spillDirectory;
    filling = FloatBuffer.allocate(values * samplesPerChunk);
  }

  /**
   * Takes a sample in.
   *
   * @throws IllegalArgumentException if it has another number of values
   * @throws UncheckedIOException if it does not fit into memory, and the file cannot be written
   */
  public void add(float[] sample, int label) {
    if (sample.length != values) {
      throw new IllegalArgumentException(
          "sample %d: expected %d values, found %d".formatted(size, values, sample.length));
    }
    if (size == labels.length) {
      labels = Arrays.copyOf(labels, Math.multiplyExact(2, size));
    }
    labels[size++] = label;
    filling.put(sample);
    if (!filling.hasRemaining()) {
      finishChunk();
      filling = FloatBuffer.allocate(values * samplesPerChunk);
    }
  }

  private void finishChunk() {
    long bytes = (long) filling.flip().remaining() * Float.BYTES;
    if (heapBytes < heapLimit) {
      chunks.add(filling);
      heapBytes += bytes;
    } else {
      chunks.add(spill(bytes));
      fileBytes += bytes;
    }
  }

  /** The full chunk as a mapped file, which the system deletes once nothing refers to it. */
  private FloatBuffer spill(long bytes) {
    try {
      Path file = Files.createTempFile(spillDirectory, "lockstep-samples", ".f32");
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        ByteBuffer mapped =
            channel.map(MapMode.READ_WRITE, 0, bytes).order(ByteOrder.nativeOrder());
        mapped.asFloatBuffer().put(filling);
        return mapped.asFloatBuffer();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%d bytes of samples fit in memory, and no more can be written to %s: %s"
              .formatted(heapBytes, spillDirectory, e.getMessage()),
          e);
    }
  }

  /** The number of samples. */
  public int size() {
    return size;
  }

  /** Bytes of values that are on the heap. */
  public long heapBytes() {
    return heapBytes + (long) filling.capacity() * Float.BYTES;
  }

  /** Bytes of values that are in the file. */
  public long fileBytes() {
    return fileBytes;
  }

  int label(int index) {
    return labels[index];
  }

  /** Copies the values of a sample. */
  void copy(int index, float[] sample) {
    int chunk = index / samplesPerChunk;
    FloatBuffer from = chunk < chunks.size() ? chunks.get(chunk) : filling;
    from.get(index % samplesPerChunk * values, sample);
  }

  @Override
  public void close() {
    chunks.clear();
    size = 0;
  }
}
