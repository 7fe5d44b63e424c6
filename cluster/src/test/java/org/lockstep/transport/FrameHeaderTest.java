package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHeaderTest {
  private static final int CHECK = 0x1234_5678;

  @Property
  void read_whatWasWritten_isTheSame(
      @ForAll FrameHeader.Kind kind,
      @ForAll int group,
      @ForAll int part,
      @ForAll long sequence,
      @ForAll long fingerprint,
      @ForAll @IntRange(max = FrameHeader.MAX_PAYLOAD) int length)
      throws Exception {
    FrameHeader header = new FrameHeader(kind, group, part, sequence, fingerprint, length);
    ByteBuf bytes = Unpooled.buffer();
    header.write(bytes, CHECK);
    assertThat(bytes.readableBytes()).isEqualTo(FrameHeader.SIZE);
    assertThat(FrameHeader.read(bytes, CHECK)).isEqualTo(header);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, FrameHeader.MAX_PAYLOAD + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void read_impossibleLength_isRefused(int length) {
    ByteBuf bytes = Unpooled.buffer();
    new FrameHeader(FrameHeader.Kind.DATA, 1, 0, 0, 0, length).write(bytes, CHECK);
    assertThatThrownBy(() -> FrameHeader.read(bytes, CHECK))
        .hasMessage("a frame of " + length + " bytes, where 131072 is the limit");
  }

  @Test
  void read_frameOfAnotherAttempt_isRefused() {
    JobToken token = JobToken.random();
    ByteBuf bytes = Unpooled.buffer();
    new FrameHeader(FrameHeader.Kind.DATA, 1, 0, 0, 0, 0)
        .write(bytes, new JobKey(token, 0).check());
    assertThatThrownBy(() -> FrameHeader.read(bytes, new JobKey(token, 1).check()))
        .hasMessage("a frame of another job or attempt");
  }

  @Test
  void read_text_isRefused() {
    byte[] text = "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> FrameHeader.read(Unpooled.wrappedBuffer(text), CHECK))
        .hasMessage("bytes that are no frame");
  }

  @Test
  void read_unknownKind_isRefused() {
    ByteBuf bytes = Unpooled.buffer();
    new FrameHeader(FrameHeader.Kind.DATA, 1, 0, 0, 0, 0).write(bytes, CHECK);
    bytes.setByte(3, FrameHeader.Kind.values().length);
    assertThatThrownBy(() -> FrameHeader.read(bytes, CHECK)).hasMessage("bytes that are no frame");
  }
}
