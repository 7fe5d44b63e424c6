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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Both sides of a handshake, joined by a wire that the test holds. */
class HandshakeTest {

  private final Lobby lobby = new Lobby("the callee", 1, Duration.ofMinutes(1));
  private final JobToken token = JobToken.random();
  private final Side caller = new Side("caller", null);
  private final Side callee = new Side("callee", null);

  @Test
  void shake_sameToken_admitsBothWithWhatTheOtherSaid() {
    shake(new Wire(token, token));

    assertThat(caller.heard).containsExactly("admitted callee");
    assertThat(callee.heard).containsExactly("admitted caller");
  }

  @Test
  void shake_anotherToken_tellsTheCallerTheVerdictAlone() {
    Wire wire = new Wire(JobToken.random(), token);
    shake(wire);

    assertThat(callee.heard).containsExactly("refused does not know the job's token");
    assertThat(caller.heard).containsExactly("refused " + CallerHandshake.REFUSED);
    assertThat(wire.fromCallee).hasSize(Handshake.NONCE + 1);
  }

  @Test
  void shake_calleeExpectsSomebodyElse_turnsAwayWithItsIntroduction() {
    Side strict = new Side("callee", "is not who was expected");
    shake(new Wire(token, token, caller, strict));

    assertThat(strict.heard).containsExactly("refused is not who was expected");
    assertThat(caller.heard).containsExactly("refused turned this process away; its log says why");
  }

  @Property
  void shake_anyFlippedBit_admitsNobody(
      @ForAll boolean fromCaller, @ForAll @IntRange(max = 1023) int bit) {
    Side first = new Side("caller", null);
    Side second = new Side("callee", null);
    Wire wire = new Wire(token, token, first, second);
    wire.flip(fromCaller, bit);
    shake(wire);

    Side betrayed = fromCaller ? second : first;
    assertThat(betrayed.heard).noneMatch(what -> what.startsWith("admitted"));
  }

  @Test
  void shake_whatWasHeardBefore_isWorthNothing() {
    Wire heard = new Wire(token, token);
    shake(heard);
    Side again = new Side("callee", null);
    EmbeddedChannel channel = new EmbeddedChannel(new CalleeHandshake(token, again, lobby));
    channel.writeInbound(Unpooled.wrappedBuffer(bytes(heard.fromCaller)));

    assertThat(again.heard).containsExactly("refused does not know the job's token");
    channel.finishAndReleaseAll();
  }

  @Test
  void shake_calleeSendsTheProofBack_isNotBelieved() {
    EmbeddedChannel channel = new EmbeddedChannel(new CallerHandshake(token, caller));
    ByteBuf opening = channel.readOutbound();
    channel.writeInbound(opening.skipBytes(Handshake.OPENING - Handshake.NONCE));
    ByteBuf proof = channel.readOutbound();
    channel.writeInbound(Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(new byte[1]), proof));

    assertThat(caller.heard).containsExactly("refused cannot prove that it knows the job's token");
    channel.finishAndReleaseAll();
  }

  @Test
  void derive_otherPurposeOrSecret_isAnotherToken() {
    byte[] secret = {1, 2, 3};
    assertThat(JobToken.derive(secret, "a")).isEqualTo(JobToken.derive(secret, "a"));
    assertThat(JobToken.derive(secret, "a")).isNotEqualTo(JobToken.derive(secret, "b"));
    assertThat(JobToken.derive(new byte[] {1}, "a")).isNotEqualTo(JobToken.derive(secret, "a"));
  }

  @Test
  void parse_writtenAsHex_isReadBackAndDoesNotShow() {
    assertThat(JobToken.parse(token.hex())).isEqualTo(token);
    assertThat(new JobKey(token, 1).toString()).doesNotContain(token.hex());
  }

  private static void shake(Wire wire) {
    while (wire.carry()) {}
    wire.close();
  }

  private static byte[] bytes(List<Byte> list) {
    byte[] bytes = new byte[list.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = list.get(i);
    }
    return bytes;
  }

  /** Two channels, and what went from one to the other, byte by byte. */
  private final class Wire {
    final List<Byte> fromCaller = new ArrayList<>();
    final List<Byte> fromCallee = new ArrayList<>();
    private final EmbeddedChannel calling;
    private final EmbeddedChannel called;
    private boolean flipsCaller;
    private int flipped = -1;

    Wire(JobToken callers, JobToken callees) {
      this(callers, callees, caller, callee);
    }

    Wire(JobToken callers, JobToken callees, Side first, Side second) {
      calling = new EmbeddedChannel(new CallerHandshake(callers, first));
      called = new EmbeddedChannel(new CalleeHandshake(callees, second, lobby));
    }

    void flip(boolean ofCaller, int bit) {
      flipsCaller = ofCaller;
      flipped = bit % (Byte.SIZE * (ofCaller ? Handshake.OPENING + 39 : Handshake.NONCE + 40));
    }

    boolean carry() {
      return carry(calling, called, fromCaller, flipsCaller)
          || carry(called, calling, fromCallee, !flipsCaller);
    }

    private boolean carry(
        EmbeddedChannel from, EmbeddedChannel to, List<Byte> carried, boolean flips) {
      ByteBuf sent = from.readOutbound();
      if (sent == null) {
        return false;
      }
      byte[] bytes = ByteBufUtil.getBytes(sent);
      sent.release();
      for (byte one : bytes) {
        boolean here = flips && flipped >= 0 && flipped / Byte.SIZE == carried.size();
        byte changed = (byte) (here ? one ^ 1 << flipped % Byte.SIZE : one);
        carried.add(changed);
        if (to.isOpen()) {
          to.writeInbound(Unpooled.wrappedBuffer(new byte[] {changed}));
        }
      }
      return true;
    }

    void close() {
      calling.finishAndReleaseAll();
      called.finishAndReleaseAll();
    }
  }

  /** Remembers what it heard. */
  private static final class Side implements Party {
    final List<String> heard = new ArrayList<>();
    private final String name;
    private final @Nullable String fault;

    Side(String name, @Nullable String fault) {
      this.name = name;
      this.fault = fault;
    }

    @Override
    public byte[] introduction(byte @Nullable [] theirs) {
      return name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable String fault(byte[] theirs) {
      return fault;
    }

    @Override
    public void admitted(Channel channel, byte[] theirs, Runnable proceed) {
      heard.add("admitted " + new String(theirs, java.nio.charset.StandardCharsets.UTF_8));
      proceed.run();
    }

    @Override
    public void refused(Channel channel, String why) {
      heard.add("refused " + why);
    }
  }
}
