package org.lockstep.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.kryo5.io.Output;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.transport.RecordedCollective;

class ControlMessageCodecTest {

  private final ControlMessageCodec codec = new ControlMessageCodec();

  static List<ControlMessage> messages() {
    Peer peer = new Peer("10.0.0.7", 40000);
    return List.of(
        new ControlMessage.Join(3, 4711L, peer),
        new ControlMessage.Heartbeat(),
        new ControlMessage.Event("{\"epoch\":1}"),
        new ControlMessage.Done(""),
        new ControlMessage.Failed(true, "größer: 数", "at line\n1"),
        new ControlMessage.Welcome(List.of(peer, new Peer("::1", 1))),
        new ControlMessage.RunTask("org.example.Task", "{}"),
        new ControlMessage.Report(
            List.of(
                new RecordedCollective(
                    7, 1L << 40, true, "sum", "größe", 8, 1, 2, 3, true, -1, 0, 4))),
        new ControlMessage.Abort("worker 3 of 8 died"),
        new ControlMessage.Shutdown());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void decode_ofEncoded_isTheSameMessage(ControlMessage message) {
    assertThat(new ControlMessageCodec().decode(codec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void decode_truncatedAnywhere_isRefused(ControlMessage message) {
    byte[] whole = codec.encode(message);

    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> codec.decode(part)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void decode_withBytesLeftOver_isRefused(ControlMessage message) {
    byte[] whole = codec.encode(message);

    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(whole, whole.length + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not exactly one");
  }

  @Test
  void decode_hugeTextLength_isRefusedBeforeAllocation() {
    byte[] event = codec.encode(new ControlMessage.Event("x"));

    assertThatThrownBy(() -> codec.decode(withHugeLengthAt(event, event.length - 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than there are");
  }

  @Test
  void decode_hugePeerCount_isRefusedBeforeAllocation() {
    byte[] welcome = codec.encode(new ControlMessage.Welcome(List.of()));

    assertThatThrownBy(() -> codec.decode(withHugeLengthAt(welcome, welcome.length - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than there are");
  }

  @Test
  void decode_hugeCollectiveCount_isRefusedBeforeAllocation() {
    byte[] report = codec.encode(new ControlMessage.Report(List.of()));

    assertThatThrownBy(() -> codec.decode(withHugeLengthAt(report, report.length - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than there are");
  }

  @Test
  void decode_classByName_isRefusedWithoutLookingItUp() {
    Output output = new Output(64);
    output.writeVarInt(1, true);
    output.writeVarInt(0, true);
    output.writeString("java.util.ArrayList");

    assertThatThrownBy(() -> codec.decode(output.toBytes()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("by its name");
  }

  @Test
  void decode_unregisteredNumber_isRefused() {
    Output output = new Output(8);
    output.writeVarInt(1000, true);

    assertThatThrownBy(() -> codec.decode(output.toBytes()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unregistered class");
  }

  @Test
  void encode_largerThanAFrame_saysSo() {
    String text = "x".repeat(codec.maxFrameBytes() + 1);

    assertThatThrownBy(() -> codec.encode(new ControlMessage.Done(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot send a Done");
  }

  @Property
  void decode_anyBytes_givesAMessageOrARefusal(@ForAll @Size(max = 64) byte[] bytes) {
    try {
      assertThat(codec.decode(bytes)).isNotNull();
    } catch (IllegalArgumentException refused) {
      assertThat(refused).message().isNotEmpty();
    }
  }

  /** The first {@code offset} bytes, then a length of two thousand millions, then nothing. */
  private static byte[] withHugeLengthAt(byte[] frame, int offset) {
    Output output = new Output(frame.length + 5);
    output.writeBytes(frame, 0, offset);
    output.writeVarInt(Integer.MAX_VALUE, true);
    return output.toBytes();
  }
}
