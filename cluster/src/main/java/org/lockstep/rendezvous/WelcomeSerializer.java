package org.lockstep.rendezvous;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.ImmutableSerializer;
import java.util.ArrayList;
import java.util.List;

/** The peers as their number and one after the other; the number is checked before it is used. */
final class WelcomeSerializer extends ImmutableSerializer<ControlMessage.Welcome> {
  @Override
  public void write(Kryo kryo, Output output, ControlMessage.Welcome welcome) {
    output.writeVarInt(welcome.peers().size(), true);
    for (Peer peer : welcome.peers()) {
      kryo.writeObject(output, peer);
    }
  }

  @Override
  public ControlMessage.Welcome read(
      Kryo kryo, Input input, Class<? extends ControlMessage.Welcome> type) {
    int count = input.readVarInt(true);
    if (count < 0 || count > input.limit() - input.position()) {
      throw new KryoException(count + " peers, more than there are bytes");
    }
    List<Peer> peers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      peers.add(kryo.readObject(input, Peer.class));
    }
    return new ControlMessage.Welcome(peers);
  }
}
