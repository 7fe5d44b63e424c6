package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final int CHECK = 99;

  /** Notes frames as "part: bytes". */
  private static final class Recorder implements FrameReader.Sink {
    final List<String> events = new ArrayList<>();

    @Override
    public void accept(Frame frame) {
      StringBuilder bytes = new StringBuilder();
      frame.payload().forEachByte(value -> bytes.append(value).append(' ') != null);
      events.add(frame.header().part() + ": " + bytes);
      frame.release();
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public void broken(String what) {
      events.add("broken: " + what);
    }

    @Override
    public void closed() {
      events.add("closed");
    }
  }

  private static String write(ByteBuf out, int part, int length) {
    new FrameHeader(FrameHeader.Kind.DATA, 1, part, 0, 0, length).write(out, CHECK);
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.writeByte(i);
      bytes.append((byte) i).append(' ');
    }
    return part + ": " + bytes;
  }

  @Property(tries = 300)
  void channelRead_framesCutAnywhere_comeWholeAndInOrder(
      @ForAll @Size(max = 6) List<@IntRange(max = 90) Integer> lengths,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 100) Integer> cuts) {
    Recorder recorder = new Recorder();
    EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(recorder, CHECK));
    List<String> expected = new ArrayList<>();
    ByteBuf stream = PooledByteBufAllocator.DEFAULT.buffer();
    for (int length : lengths) {
      expected.add(write(stream, expected.size(), length));
    }
    for (int piece = 0; stream.isReadable(); piece++) {
      int size = Math.min(cuts.get(piece % cuts.size()), stream.readableBytes());
      channel.writeInbound(stream.readBytes(size));
    }
    stream.release();
    assertThat(recorder.events).isEqualTo(expected);
    channel.finishAndReleaseAll();
  }

  @Test
  void channelInactive_inTheMiddleOfAFrame_releasesWhatHasCome() {
    Recorder recorder = new Recorder();
    EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(recorder, CHECK));
    ByteBuf stream = PooledByteBufAllocator.DEFAULT.buffer();
    write(stream, 0, 50);
    channel.writeInbound(stream.readBytes(FrameHeader.SIZE + 20));
    stream.release();
    channel.finishAndReleaseAll();
    assertThat(recorder.events).containsExactly("closed");
  }

  @Test
  void channelRead_noise_isBrokenOnce() {
    Recorder recorder = new Recorder();
    EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(recorder, CHECK));
    ByteBuf noise = PooledByteBufAllocator.DEFAULT.buffer().writeZero(3 * FrameHeader.SIZE);
    channel.writeInbound(noise);
    assertThat(recorder.events).containsExactly("broken: sent bytes that are no frame");
    assertThat(noise.refCnt()).isZero();
    channel.finishAndReleaseAll();
  }
}
