package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.lockstep.comm.CommunicationException;

/** The connecting side of a {@link Hello}: sends it and waits for the one-byte answer. */
final class HelloSender extends ByteToMessageDecoder {
  private final JobKey key;
  private final CompletableFuture<Void> accepted;

  HelloSender(JobKey key, CompletableFuture<Void> accepted) {
    this.key = key;
    this.accepted = accepted;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    ByteBuf hello = context.alloc().buffer(Hello.LENGTH);
    Hello.write(key, hello);
    context.writeAndFlush(hello);
    super.channelActive(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int answer = in.readUnsignedByte();
    if (answer == Hello.Verdict.ACCEPTED.ordinal()) {
      context.pipeline().fireUserEventTriggered(ControlEvent.ACCEPTED);
      accepted.complete(null);
      context.pipeline().remove(this);
      return;
    }
    Hello.Verdict[] verdicts = Hello.Verdict.values();
    String reason =
        answer < verdicts.length ? verdicts[answer].reason : "it answered with byte " + answer;
    in.skipBytes(in.readableBytes());
    accepted.completeExceptionally(
        new RefusedException(
            context.channel().remoteAddress() + " refused this process: " + reason));
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    accepted.completeExceptionally(
        new CommunicationException(
            context.channel().remoteAddress()
                + " closed the connection before it answered the hello"));
    super.channelInactive(context);
  }
}
