package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** A million damaged frames, and what strangers say in place of a handshake. */
class FrameFuzzTest {
  private static final int CHECK = 99;
  private static final int PER_TRY = 1000;

  private final List<byte[]> corpus = new ArrayList<>();

  FrameFuzzTest() {
    for (FrameHeader.Kind kind : FrameHeader.Kind.values()) {
      for (int length : new int[] {0, 8, 50}) {
        ByteBuf frame = Unpooled.buffer();
        new FrameHeader(kind, 1, 2, 3, 4, length).write(frame, CHECK);
        new FrameSum().seal(frame.writeZero(length));
        corpus.add(ByteBufUtil.getBytes(frame));
      }
    }
  }

  @Property(tries = 1000)
  void read_damagedFrames_givesFramesOrSaysWhatIsBroken(@ForAll long seed) {
    Random random = new Random(seed);
    Mutator mutator = new Mutator(corpus, random);
    Sink sink = new Sink();
    for (int i = 0; i < PER_TRY; i++) {
      FrameReader reader = new FrameReader(sink, CHECK);
      byte[] bytes = mutator.next();
      if (random.nextBoolean()) {
        seal(bytes);
      }
      int cut = random.nextInt(bytes.length + 1);
      EmbeddedChannel channel = new EmbeddedChannel(reader);
      channel.writeInbound(Unpooled.wrappedBuffer(bytes, 0, cut));
      channel.writeInbound(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
      assertThat(reader.missing()).isBetween(0, FrameHeader.MAX_PAYLOAD);
      channel.finishAndReleaseAll();
    }
    assertThat(sink.broken).isPositive();
    assertThat(sink.damaged).isPositive();
    assertThat(sink.frames).isPositive();
    assertThat(sink.closed).isEqualTo(PER_TRY);
  }

  /** Makes the checksums right, so that what else is wrong must be found. */
  private static void seal(byte[] bytes) {
    if (bytes.length >= FrameHeader.SIZE) {
      ByteBuf frame = Unpooled.wrappedBuffer(bytes);
      FrameHeader.sum(frame, 0, 0);
      new FrameSum().seal(frame);
    }
  }

  @Property(tries = 1000)
  void decode_damagedHandshake_admitsNobody(@ForAll long seed) {
    JobToken token = JobToken.random();
    byte[] nonce = Handshake.nonce();
    byte[] introduction = {1, 2, 3};
    byte[] stale = RawCaller.introduce(token, nonce, Handshake.nonce(), introduction);
    Mutator mutator = new Mutator(List.of(RawCaller.opening(nonce), stale), new Random(seed));
    Lobby lobby = new Lobby("callee", 1, Duration.ofMinutes(1), line -> {});
    for (int i = 0; i < 50; i++) {
      Nobody party = new Nobody();
      EmbeddedChannel channel = new EmbeddedChannel(new CalleeHandshake(token, party, lobby));
      for (int piece = 0; piece < 3 && channel.isOpen(); piece++) {
        channel.writeInbound(Unpooled.wrappedBuffer(mutator.next()));
      }
      channel.finishAndReleaseAll();
      assertThat(party.admitted).isFalse();
      assertThat(lobby.size()).isZero();
    }
  }

  /** Lets nobody in, and sees who was let in nevertheless. */
  private static final class Nobody implements Party {
    private boolean admitted;

    @Override
    public byte[] introduction(byte @Nullable [] theirs) {
      return new byte[0];
    }

    @Override
    public @Nullable String fault(byte[] theirs) {
      return null;
    }

    @Override
    public void admitted(Channel channel, byte[] theirs, Runnable proceed) {
      admitted = true;
    }

    @Override
    public void refused(Channel channel, String why) {
      assertThat(why).isNotEmpty();
    }
  }

  /** Counts. */
  private static final class Sink implements FrameReader.Sink {
    private int frames;
    private int broken;
    private int damaged;
    private int closed;

    @Override
    public void accept(Frame frame) {
      assertThat(frame.payload().readableBytes()).isEqualTo(frame.header().length());
      frames++;
      frame.release();
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public void damaged(@Nullable FrameHeader header) {
      damaged++;
    }

    @Override
    public void broken(String what) {
      assertThat(what).startsWith("sent ");
      broken++;
    }

    @Override
    public void closed() {
      closed++;
    }
  }
}
