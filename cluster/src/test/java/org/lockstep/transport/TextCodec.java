package org.lockstep.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Messages that are just text, in frames of at most 64 bytes; "bad" cannot be decoded. */
final class TextCodec implements MessageCodec<String> {
  static final int MAX_BYTES = 64;

  @Override
  public byte[] encode(String message) {
    return message.getBytes(UTF_8);
  }

  @Override
  public String decode(byte[] frame) {
    String text = new String(frame, UTF_8);
    if (text.equals("bad")) {
      throw new IllegalArgumentException("a bad message");
    }
    return text;
  }

  @Override
  public int maxFrameBytes() {
    return MAX_BYTES;
  }
}
