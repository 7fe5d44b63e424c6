package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The side of a {@link Handshake} that makes the connection. */
final class CallerHandshake extends Handshake {
  /** What is said of a callee that does not answer to the token. */
  static final String REFUSED = "refused the connection; is it of another job?";

  private final byte[] mine = nonce();
  private byte @Nullable [] theirs;

  CallerHandshake(JobToken token, Party party) {
    super(token, party);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    ByteBuf opening = context.alloc().buffer(OPENING);
    writeOpening(opening, mine);
    context.writeAndFlush(opening);
    super.channelActive(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (isOver()) {
      in.skipBytes(in.readableBytes());
    } else if (theirs == null) {
      if (in.readableBytes() >= NONCE) {
        theirs = take(in, NONCE);
        introduce(context, theirs);
      }
    } else if (in.getUnsignedByte(in.readerIndex()) == Verdict.STRANGER.ordinal()) {
      refuse(context, REFUSED);
    } else if (hasIntroduction(in, 1)) {
      judge(context, in, theirs);
    }
  }

  private void introduce(ChannelHandlerContext context, byte[] nonce) {
    byte[] introduction = party().introduction(null);
    ByteBuf out = context.alloc().buffer(PROOF + 1 + introduction.length);
    out.writeBytes(proof(Side.CALLER, mine, nonce, Verdict.ADMITTED, introduction));
    writeIntroduction(out, introduction);
    context.writeAndFlush(out);
  }

  private void judge(ChannelHandlerContext context, ByteBuf in, byte[] nonce) {
    boolean admitted = in.readUnsignedByte() == Verdict.ADMITTED.ordinal();
    Verdict verdict = admitted ? Verdict.ADMITTED : Verdict.TURNED_AWAY;
    byte[] proof = take(in, PROOF);
    byte[] introduction = readIntroduction(in);
    if (!same(proof, proof(Side.CALLEE, mine, nonce, verdict, introduction))) {
      refuse(context, "cannot prove that it knows the job's token");
      return;
    }
    String fault = party().fault(introduction);
    if (fault != null) {
      refuse(context, fault);
    } else if (!admitted) {
      refuse(context, "turned this process away; its log says why");
    } else {
      admit(context, introduction, () -> {});
    }
  }
}
