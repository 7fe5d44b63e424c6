package org.lockstep.rendezvous;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.Registration;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.util.DefaultClassResolver;
import org.lockstep.transport.MessageCodec;
import org.lockstep.transport.RecordedCollective;

/**
 * Control messages in Kryo's format. Only the registered classes can be written or read, by number
 * and never by name, and no length inside a message is believed before it is compared with the
 * bytes that are there. Both sides must register the same classes in the same order.
 */
final class ControlMessageCodec implements MessageCodec<ControlMessage> {
  private static final int MAX_BYTES = 16 << 20;
  private static final int FIRST_BYTES = 512;

  private final Kryo kryo = new Kryo(new NumbersOnly(), null);

  ControlMessageCodec() {
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    kryo.register(String.class, new TextSerializer());
    kryo.register(Peer.class);
    kryo.register(ControlMessage.Join.class);
    kryo.register(ControlMessage.Heartbeat.class);
    kryo.register(ControlMessage.Event.class);
    kryo.register(ControlMessage.Done.class);
    kryo.register(ControlMessage.Failed.class);
    kryo.register(
        ControlMessage.Welcome.class,
        new ListSerializer<>(
            "peers", Peer.class, ControlMessage.Welcome::peers, ControlMessage.Welcome::new));
    kryo.register(ControlMessage.RunTask.class);
    kryo.register(ControlMessage.Abort.class);
    kryo.register(ControlMessage.Shutdown.class);
    kryo.register(RecordedCollective.class);
    kryo.register(
        ControlMessage.Report.class,
        new ListSerializer<>(
            "collectives",
            RecordedCollective.class,
            ControlMessage.Report::collectives,
            ControlMessage.Report::new));
  }

  @Override
  public synchronized byte[] encode(ControlMessage message) {
    try (Output output = new Output(FIRST_BYTES, MAX_BYTES)) {
      kryo.writeClassAndObject(output, message);
      return output.toBytes();
    } catch (KryoException e) {
      throw new IllegalArgumentException(
          "cannot send a %s, at most %d bytes are taken: %s"
              .formatted(message.getClass().getSimpleName(), MAX_BYTES, firstLine(e)),
          e);
    }
  }

  @Override
  public synchronized ControlMessage decode(byte[] frame) {
    try (Input input = new Input(frame)) {
      if (kryo.readClassAndObject(input) instanceof ControlMessage message
          && input.position() == frame.length) {
        return message;
      }
      throw new IllegalArgumentException("a frame that is not exactly one control message");
    } catch (KryoException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      throw new IllegalArgumentException("a damaged control message: " + firstLine(e), e);
    }
  }

  @Override
  public int maxFrameBytes() {
    return MAX_BYTES;
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Refuses classes that come as names: Kryo would look them up before it refuses them. */
  private static final class NumbersOnly extends DefaultClassResolver {
    @Override
    protected Registration readName(Input input) {
      throw new KryoException("a class given by its name");
    }
  }
}
