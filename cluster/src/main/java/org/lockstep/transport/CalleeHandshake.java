package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The side of a {@link Handshake} that takes the connection. Who sends something else, or nothing
 * in time, is cut off, and has had no more of this process than one buffer of a few bytes.
 */
final class CalleeHandshake extends Handshake {
  private final Lobby lobby;
  private final byte[] mine = nonce();
  private byte @Nullable [] theirs;
  private @Nullable Future<?> deadline;

  CalleeHandshake(JobToken token, Party party, Lobby lobby) {
    super(token, party);
    this.lobby = lobby;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    long millis = lobby.patience().toMillis();
    Runnable giveUp = () -> refuse(context, "did not say who it is within " + millis + " ms");
    deadline = context.executor().schedule(giveUp, millis, TimeUnit.MILLISECONDS);
    lobby.enter(
        context.channel(),
        () -> refuse(context, "had not said who it is when its place was taken"));
    super.channelActive(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (isOver()) {
      in.skipBytes(in.readableBytes());
    } else if (theirs != null) {
      if (hasIntroduction(in, 0)) {
        judge(context, in, theirs);
      }
    } else if (!mayOpen(in)) {
      refuse(context, "does not speak this protocol, or another version of it");
    } else if (in.readableBytes() >= OPENING) {
      theirs = readOpening(in);
      context.writeAndFlush(context.alloc().buffer(NONCE).writeBytes(mine));
    }
  }

  private void judge(ChannelHandlerContext context, ByteBuf in, byte[] nonce) {
    byte[] proof = take(in, PROOF);
    byte[] introduction = readIntroduction(in);
    if (!same(proof, proof(Side.CALLER, nonce, mine, Verdict.ADMITTED, introduction))) {
      ByteBuf verdict = context.alloc().buffer(1).writeByte(Verdict.STRANGER.ordinal());
      turnAway(context, verdict, "does not know the job's token");
      return;
    }
    String fault = party().fault(introduction);
    if (fault != null) {
      turnAway(context, answer(context, nonce, Verdict.TURNED_AWAY, introduction), fault);
    } else {
      admit(
          context,
          introduction,
          () -> {
            ByteBuf answer = answer(context, nonce, Verdict.ADMITTED, introduction);
            context.writeAndFlush(answer);
          });
    }
  }

  private ByteBuf answer(
      ChannelHandlerContext context, byte[] nonce, Verdict verdict, byte[] caller) {
    byte[] introduction = party().introduction(caller);
    ByteBuf out = context.alloc().buffer(1 + PROOF + 1 + introduction.length);
    out.writeByte(verdict.ordinal());
    out.writeBytes(proof(Side.CALLEE, nonce, mine, verdict, introduction));
    writeIntroduction(out, introduction);
    return out;
  }

  @Override
  void end(ChannelHandlerContext context) {
    super.end(context);
    lobby.leave(context.channel());
    if (deadline != null) {
      deadline.cancel(false);
    }
  }
}
