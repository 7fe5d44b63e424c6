package org.lockstep.examples.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.UnknownFieldSet;

/** Reads TensorBoard's event files with Google's own parser, and checksums bit by bit. */
final class EventFileReader {
  private EventFileReader() {}

  /**
   * One record.
   *
   * @param version empty in all but the first
   */
  record Event(
      double wallTime, long step, String version, boolean restart, Map<String, Float> scalars) {}

  /** Checks all checksums and that nothing is left over. */
  static List<Event> read(Path file) throws IOException {
    List<Event> events = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      while (in.available() > 0) {
        byte[] length = in.readNBytes(8);
        assertThat(Integer.reverseBytes(in.readInt())).isEqualTo(masked(length));
        byte[] data = in.readNBytes(Byte.toUnsignedInt(length[0]) + 256 * length[1]);
        assertThat(Integer.reverseBytes(in.readInt())).isEqualTo(masked(data));
        events.add(event(UnknownFieldSet.parseFrom(data)));
      }
    }
    return events;
  }

  private static Event event(UnknownFieldSet message) throws IOException {
    Map<String, Float> scalars = new TreeMap<>();
    for (ByteString summary : message.getField(5).getLengthDelimitedList()) {
      for (ByteString value :
          UnknownFieldSet.parseFrom(summary).getField(1).getLengthDelimitedList()) {
        UnknownFieldSet fields = UnknownFieldSet.parseFrom(value);
        String tag = fields.getField(1).getLengthDelimitedList().get(0).toStringUtf8();
        int bits = fields.getField(2).getFixed32List().get(0);
        assertThat(scalars.put(tag, Float.intBitsToFloat(bits))).isNull();
      }
    }
    boolean restart = false;
    for (ByteString log : message.getField(7).getLengthDelimitedList()) {
      restart = UnknownFieldSet.parseFrom(log).getField(1).getVarintList().equals(List.of(1L));
    }
    return new Event(
        Double.longBitsToDouble(message.getField(1).getFixed64List().get(0)),
        message.getField(2).getVarintList().get(0),
        String.join(
            "",
            message.getField(3).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .toList()),
        restart,
        scalars);
  }

  /** Castagnoli's polynomial, reflected; then TensorFlow's mask. */
  private static int masked(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }
}
