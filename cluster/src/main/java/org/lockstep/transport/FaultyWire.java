package org.lockstep.transport;

import io.netty.channel.ChannelHandler;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What all sockets of one rank go over, so that one of them can be made to fail; for trials of what
 * the ranks make of that. Counts the bytes that pass since it was told to fail.
 *
 * <p>Thread rule: any thread.
 */
public final class FaultyWire {
  private final AtomicReference<@Nullable Plan> plan = new AtomicReference<>();

  /**
   * What is to happen.
   *
   * @param fault null: nothing but {@code act}
   * @param act runs on the thread of the connection
   * @param left bytes that pass before
   */
  private record Plan(@Nullable WireFault fault, Runnable act, AtomicLong left) {}

  /** The connection over which bytes pass next fails, when {@code after} have passed. */
  public void fail(WireFault fault, long after) {
    plan.set(new Plan(fault, () -> {}, new AtomicLong(after)));
  }

  /** Runs something before bytes pass next, when {@code after} have passed. */
  public void interrupt(Runnable act, long after) {
    plan.set(new Plan(null, act, new AtomicLong(after)));
  }

  /** Bytes come whole again. */
  public void mend() {
    Plan present = plan.get();
    if (present != null && present.fault == WireFault.SLICE) {
      plan.compareAndSet(present, null);
    }
  }

  /** The handler of one connection, the first of its pipeline. */
  ChannelHandler handler() {
    return new FaultHandler(this);
  }

  /** Bytes are about to pass, outwards or inwards; returns what happens to them. */
  @Nullable WireFault passing(int bytes, boolean outwards) {
    Plan present = plan.get();
    if (present == null || present.left.getAndAdd(-bytes) > 0) {
      return null;
    }
    boolean lasts = present.fault == WireFault.BLACKHOLE || present.fault == WireFault.SLICE;
    if (present.fault != null && !lasts && !outwards) {
      return null; // it is the sender who spoils
    }
    if (!lasts && !plan.compareAndSet(present, null)) {
      return null;
    }
    present.act.run();
    return present.fault;
  }
}
