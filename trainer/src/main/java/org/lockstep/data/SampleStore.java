package org.lockstep.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one rank, read in any order for as long as it trains: float32 values on the heap, and
 * those beyond a limit in a file, parts of which the system keeps in memory where it can. A sample
 * takes 4 bytes a value, and 12 beside them; the file is deleted with {@link #close}.
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

  /** The chunk that is filled, and is written to the file once the heap has enough. */
  private ByteBuffer bytes;

  private FloatBuffer filling;
  private final ByteBuffer sampleBytes;
  private @Nullable FileChannel file;
  private int[] labels = new int[1024];
  private long[] digests = new long[labels.length];
  private int size;
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
    bytes = buffer(samplesPerChunk);
    filling = bytes.asFloatBuffer();
    sampleBytes = buffer(1);
  }

  private ByteBuffer buffer(int samples) {
    int size = Math.multiplyExact(values * samples, Float.BYTES);
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
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
      digests = Arrays.copyOf(digests, labels.length);
    }
    labels[size] = label;
    digests[size++] = digest(sample, label);
    filling.put(sample);
    if (!filling.hasRemaining()) {
      finishChunk();
    }
  }

  private static long digest(float[] sample, int label) {
    long digest = label;
    for (float value : sample) {
      digest = SplitMix64.mix(digest ^ Float.floatToRawIntBits(value));
    }
    return digest;
  }

  private void finishChunk() {
    if ((long) chunks.size() * bytes.capacity() < heapLimit) {
      chunks.add(filling);
      bytes = buffer(samplesPerChunk);
      filling = bytes.asFloatBuffer();
    } else {
      spill();
      filling.clear();
    }
  }

  /** Appends the full chunk to the file. */
  private void spill() {
    try {
      FileChannel channel = file;
      if (channel == null) {
        channel = create();
        file = channel;
      }
      bytes.clear();
      while (bytes.hasRemaining()) {
        fileBytes += channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%d bytes of samples fit in memory, and no more can be written to %s: %s"
              .formatted(heapBytes(), spillDirectory, e.getMessage()),
          e);
    }
  }

  private FileChannel create() throws IOException {
    return FileChannel.open(
        Files.createTempFile(spillDirectory, "lockstep-samples", ".f32"),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** The number of samples. */
  public int size() {
    return size;
  }

  /** Bytes of values that are on the heap. */
  public long heapBytes() {
    return (chunks.size() + 1L) * bytes.capacity();
  }

  /** Bytes of values that are in the file. */
  public long fileBytes() {
    return fileBytes;
  }

  /** Tells a sample from others, wherever it lies. */
  long digest(int index) {
    return digests[index];
  }

  int label(int index) {
    return labels[index];
  }

  /**
   * The indices of all samples, in an order that their contents decide and not the one in which
   * they came: what is read from the network comes as it may.
   */
  int[] byContent() {
    return IntStream.range(0, size)
        .boxed()
        .sorted(Comparator.comparingLong(index -> digests[index]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Copies the values of a sample.
   *
   * @throws UncheckedIOException if they are in the file, and it cannot be read
   */
  void copy(int index, float[] sample) {
    int chunk = index / samplesPerChunk;
    int from = index % samplesPerChunk * values;
    long first = (long) (index - chunks.size() * samplesPerChunk) * sampleBytes.capacity();
    if (chunk < chunks.size()) {
      chunks.get(chunk).get(from, sample);
    } else if (file != null && first < fileBytes) {
      read(file, first).get(sample);
    } else {
      filling.get(from, sample);
    }
  }

  private FloatBuffer read(FileChannel channel, long first) {
    try {
      sampleBytes.clear();
      while (sampleBytes.hasRemaining()) {
        if (channel.read(sampleBytes, first + sampleBytes.position()) < 0) {
          throw new EOFException("it ends at byte " + channel.size());
        }
      }
      return sampleBytes.flip().asFloatBuffer();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the file of samples in " + spillDirectory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    chunks.clear();
    size = 0;
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot delete the file of samples in " + spillDirectory + ": " + e.getMessage(), e);
    }
  }
}
