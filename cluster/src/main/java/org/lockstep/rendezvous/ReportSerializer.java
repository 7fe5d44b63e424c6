package org.lockstep.rendezvous;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.ImmutableSerializer;
import java.util.ArrayList;
import java.util.List;
import org.lockstep.transport.RecordedCollective;

/**
 * The collectives as their number and one after the other; the number is checked before it is used.
 */
final class ReportSerializer extends ImmutableSerializer<ControlMessage.Report> {
  @Override
  public void write(Kryo kryo, Output output, ControlMessage.Report report) {
    output.writeVarInt(report.collectives().size(), true);
    for (RecordedCollective collective : report.collectives()) {
      kryo.writeObject(output, collective);
    }
  }

  @Override
  public ControlMessage.Report read(
      Kryo kryo, Input input, Class<? extends ControlMessage.Report> type) {
    int count = input.readVarInt(true);
    if (count < 0 || count > input.limit() - input.position()) {
      throw new KryoException(count + " collectives, more than there are bytes");
    }
    List<RecordedCollective> collectives = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      collectives.add(kryo.readObject(input, RecordedCollective.class));
    }
    return new ControlMessage.Report(collectives);
  }
}
