package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
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
      return !events.isEmpty() && !Character.isDigit(events.get(events.size() - 1).charAt(0));
    }

    @Override
    public void damaged(@Nullable FrameHeader header) {
      events.add("damaged: " + (header == null ? "header" : header.part()));
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
    ByteBuf frame = Unpooled.buffer();
    new FrameHeader(FrameHeader.Kind.DATA, 1, part, 0, 0, length).write(frame, CHECK);
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < length; i++) {
      frame.writeByte(i);
      bytes.append((byte) i).append(' ');
    }
    new FrameSum().seal(frame);
    out.writeBytes(frame);
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

  /** Every bit of a frame, which comes whole or in pieces. */
  @Property(tries = 300)
  void channelRead_flippedBit_isNeverTaken(
      @ForAll @IntRange(max = 8 * (FrameHeader.SIZE + 50) - 1) int bit,
      @ForAll @IntRange(min = 1, max = 100) int cut) {
    Recorder recorder = new Recorder();
    EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(recorder, CHECK));
    ByteBuf stream = PooledByteBufAllocator.DEFAULT.buffer();
    write(stream, 7, 50);
    stream.setByte(bit / 8, stream.getByte(bit / 8) ^ 1 << bit % 8);
    while (stream.isReadable()) {
      channel.writeInbound(stream.readBytes(Math.min(cut, stream.readableBytes())));
    }
    stream.release();
    String expected =
        bit < 32 // the magic number
            ? "broken: sent bytes that are no frame|damaged: header"
            : bit < 8 * FrameHeader.SIZE ? "damaged: header" : "damaged: 7";
    assertThat(recorder.events).singleElement().asString().matches(expected);
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
