package org.lockstep.examples.watch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A message in the encoding of Protocol Buffers, field after field; each begins with its number and
 * wire type, {@code number << 3 | type}. Reference: protobuf.dev/programming-guides/encoding.
 */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtoMessage integer(int field, long value) {
    return key(field, VARINT).varint(value);
  }

  ProtoMessage float64(int field, double value) {
    return key(field, FIXED_64).raw(littleEndian(Double.BYTES).putDouble(value).array());
  }

  ProtoMessage float32(int field, float value) {
    return key(field, FIXED_32).raw(littleEndian(Float.BYTES).putFloat(value).array());
  }

  ProtoMessage text(int field, String value) {
    return delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoMessage message(int field, ProtoMessage value) {
    return delimited(field, value.bytes());
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  private ProtoMessage delimited(int field, byte[] value) {
    return key(field, LENGTH_DELIMITED).varint(value.length).raw(value);
  }

  private ProtoMessage key(int field, int type) {
    return varint(((long) field << 3) | type);
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private ProtoMessage varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return this;
  }

  private ProtoMessage raw(byte[] value) {
    bytes.writeBytes(value);
    return this;
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
