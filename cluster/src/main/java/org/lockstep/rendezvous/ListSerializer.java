package org.lockstep.rendezvous;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.ImmutableSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A message that is a list, as the number of elements and one after the other; the number is
 * checked before it is used.
 *
 * @param <M> the message
 * @param <E> its elements
 */
final class ListSerializer<M, E> extends ImmutableSerializer<M> {
  private final String what;
  private final Class<E> element;
  private final Function<M, List<E>> elements;
  private final Function<List<E>, M> message;

  /**
   * @param what the elements, in a sentence
   */
  ListSerializer(
      String what, Class<E> element, Function<M, List<E>> elements, Function<List<E>, M> message) {
    this.what = what;
    this.element = element;
    this.elements = elements;
    this.message = message;
  }

  @Override
  public void write(Kryo kryo, Output output, M written) {
    List<E> all = elements.apply(written);
    output.writeVarInt(all.size(), true);
    for (E each : all) {
      kryo.writeObject(output, each);
    }
  }

  @Override
  public M read(Kryo kryo, Input input, Class<? extends M> type) {
    int count = input.readVarInt(true);
    if (count < 0 || count > input.limit() - input.position()) {
      throw new KryoException(count + " " + what + ", more than there are bytes");
    }
    List<E> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(kryo.readObject(input, element));
    }
    return message.apply(all);
  }
}
