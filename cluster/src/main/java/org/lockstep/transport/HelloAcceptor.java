package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accepting side of a {@link Hello}. Nothing behind this handler sees a byte before the hello
 * was accepted; who sends something else, or nothing in time, is cut off.
 */
final class HelloAcceptor extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(HelloAcceptor.class);

  private final JobKey key;
  private final Duration patience;
  private @Nullable Future<?> deadline;

  HelloAcceptor(JobKey key, Duration patience) {
    this.key = key;
    this.patience = patience;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> refuse(context, "sent no complete hello within " + patience),
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (!Hello.mayBegin(in)) {
      in.skipBytes(in.readableBytes());
      refuse(context, "does not speak this protocol");
      return;
    }
    if (in.readableBytes() < Hello.LENGTH) {
      return;
    }
    Hello.Verdict verdict = Hello.read(key, in);
    var answer = context.writeAndFlush(context.alloc().buffer(1).writeByte(verdict.ordinal()));
    if (verdict == Hello.Verdict.ACCEPTED) {
      context.pipeline().fireUserEventTriggered(ControlEvent.ACCEPTED);
      context.pipeline().remove(this);
    } else {
      in.skipBytes(in.readableBytes());
      answer.addListener(ChannelFutureListener.CLOSE);
      log.warn("Refused {}: {}", context.channel().remoteAddress(), verdict.reason);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  private static void refuse(ChannelHandlerContext context, String reason) {
    log.warn("Refused {}: it {}", context.channel().remoteAddress(), reason);
    context.close();
  }
}
