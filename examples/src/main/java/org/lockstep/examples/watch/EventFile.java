package org.lockstep.examples.watch;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One of TensorBoard's event files: records in TensorFlow's format, each a message {@code Event}.
 *
 * <pre>
 *  0        8          12            12 + n        16 + n
 *  +--------+----------+-------------+-------------+
 *  | n      | checksum | Event       | checksum    |   little-endian
 *  |        | of n     |             | of Event    |
 *  +--------+----------+-------------+-------------+
 * </pre>
 *
 * <p>The checksums are CRC-32C, masked. Formats: tensorflow/core/lib/io/record_writer.h and
 * tensorflow/core/util/event.proto.
 */
final class EventFile implements Closeable {
  private static final String VERSION = "brain.Event:2";
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  private final OutputStream file;

  /**
   * Makes the file.
   *
   * @throws IOException if it is there already, or cannot be made
   */
  EventFile(Path path, long time) throws IOException {
    file = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW); // Unbuffered.
    try {
      write(event(time, 0).text(FILE_VERSION, VERSION));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Says that whatever an earlier run wrote of {@code step} and later ones counts no more. */
  void restart(long time, long step) throws IOException {
    write(event(time, step).message(SESSION_LOG, new ProtoMessage().integer(1, 1))); // START
  }

  /** Writes a number a tag. */
  void scalars(long time, long step, Map<String, Double> values) throws IOException {
    ProtoMessage summary = new ProtoMessage();
    values.forEach(
        (tag, value) ->
            summary.message(1, new ProtoMessage().text(1, tag).float32(2, value.floatValue())));
    write(event(time, step).message(SUMMARY, summary));
  }

  private static ProtoMessage event(long time, long step) {
    return new ProtoMessage().float64(WALL_TIME, time / 1e3).integer(STEP, step);
  }

  private void write(ProtoMessage event) throws IOException {
    byte[] data = event.bytes();
    ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedChecksum(record.array(), 0, 8)).put(data);
    record.putInt(maskedChecksum(record.array(), 12, data.length));
    file.write(record.array());
  }

  /** Masked, so that a checksum of data which hold checksums is still worth something. */
  private static int maskedChecksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
