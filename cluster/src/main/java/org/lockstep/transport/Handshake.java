package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every connection: it lets {@link PeerHello}s of this job and attempt through
 * to the {@link Assembly} and closes everything else. The caller sends nothing more until the other
 * side has answered with its own, so no frame can meet this handler.
 */
final class Handshake extends ByteToMessageDecoder {
  private static final long PATIENCE_SECONDS = 10;

  private final Assembly assembly;
  private final @Nullable PeerHello mine;
  private final int callee;
  private boolean trusted;
  private boolean done;

  private Handshake(Assembly assembly, @Nullable PeerHello mine, int callee) {
    this.assembly = assembly;
    this.mine = mine;
    this.callee = callee;
  }

  /** For a connection that this rank makes; {@code mine} is what it says. */
  static Handshake calling(Assembly assembly, PeerHello mine, int callee) {
    return new Handshake(assembly, mine, callee);
  }

  /** For a connection that somebody makes to this rank. */
  static Handshake receiving(Assembly assembly) {
    return new Handshake(assembly, null, -1);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (mine != null) {
      assembly.greet(context.channel(), mine);
    } else {
      Runnable giveUp = () -> refuse(context.channel(), "did not say who it is");
      context.executor().schedule(giveUp, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (done) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!trusted && in.readableBytes() >= PeerHello.DIGEST) {
      byte[] digest = new byte[PeerHello.DIGEST];
      in.readBytes(digest);
      trusted = MessageDigest.isEqual(digest, assembly.digest());
      if (!trusted) {
        refuse(context.channel(), "does not know the job's token");
        in.skipBytes(in.readableBytes());
        return;
      }
    }
    if (trusted && in.readableBytes() >= PeerHello.SIZE - PeerHello.DIGEST) {
      judge(context.channel(), PeerHello.read(in));
    }
  }

  private void judge(Channel channel, PeerHello theirs) {
    String fault =
        mine == null
            ? assembly.faultOfCaller(theirs)
            : assembly.faultOfCallee(theirs, callee, mine.lane());
    if (fault != null) {
      if (mine == null) {
        assembly.greet(channel, assembly.hello(theirs.lane())); // says which attempt this is
      }
      refuse(channel, fault);
      return;
    }
    done = true;
    assembly.admit(channel, theirs, mine == null);
  }

  private void refuse(Channel channel, String why) {
    if (!done) {
      done = true;
      assembly.refuse(channel, why, callee);
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    if (mine != null) {
      refuse(context.channel(), Assembly.REFUSED);
    }
    done = true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    refuse(context.channel(), "failed: " + cause.getMessage());
  }
}
