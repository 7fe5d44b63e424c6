package org.lockstep.transport;

import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One side of a control connection; says which attempt of the job it is at. */
abstract class ControlParty implements Party {
  private final int attempt;

  ControlParty(JobKey key) {
    attempt = key.attempt();
  }

  @Override
  public final byte[] introduction(byte @Nullable [] theirs) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(attempt).array();
  }

  @Override
  public final @Nullable String fault(byte[] theirs) {
    if (theirs.length != Integer.BYTES) {
      return "is no coordinator or member of a job";
    }
    int other = ByteBuffer.wrap(theirs).getInt();
    return other == attempt ? null : "is at attempt " + other + ", not " + attempt;
  }

  @Override
  public void admitted(Channel channel, byte[] theirs, Runnable proceed) {
    proceed.run();
    channel.pipeline().get(ControlHandler.class).open(channel);
  }
}
