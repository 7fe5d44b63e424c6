package org.lockstep.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.ImmutableSerializer;

/**
 * Strings as a length and UTF-8 bytes. Kryo's own serializer allocates what the length asks for
 * before it looks whether so much is there.
 */
final class TextSerializer extends ImmutableSerializer<String> {
  @Override
  public void write(Kryo kryo, Output output, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    output.writeVarInt(bytes.length, true);
    output.writeBytes(bytes);
  }

  @Override
  public String read(Kryo kryo, Input input, Class<? extends String> type) {
    int length = input.readVarInt(true);
    if (length < 0 || length > input.limit() - input.position()) {
      throw new KryoException("a text of " + length + " bytes, more than there are");
    }
    return new String(input.readBytes(length), UTF_8);
  }
}
