package org.lockstep.transport;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Traffic;

/** Counts what a group costs; what a part of a group costs counts for the whole, too. */
public final class Meter {
  private final @Nullable Meter whole;
  private final AtomicLong collectives = new AtomicLong();
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicLong nanosWaited = new AtomicLong();

  /**
   * @param whole the meter of the group that this one is a part of, or null
   */
  public Meter(@Nullable Meter whole) {
    this.whole = whole;
  }

  void begun() {
    collectives.incrementAndGet();
    if (whole != null) {
      whole.begun();
    }
  }

  void sent(int bytes) {
    bytesSent.addAndGet(bytes);
    if (whole != null) {
      whole.sent(bytes);
    }
  }

  /** The calling thread has waited for a collective. */
  public void waited(long nanos) {
    nanosWaited.addAndGet(nanos);
    if (whole != null) {
      whole.waited(nanos);
    }
  }

  public Traffic traffic() {
    return new Traffic(collectives.get(), bytesSent.get(), nanosWaited.get());
  }
}
