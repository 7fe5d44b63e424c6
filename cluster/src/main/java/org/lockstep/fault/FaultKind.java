package org.lockstep.fault;

import org.jspecify.annotations.Nullable;
import org.lockstep.transport.WireFault;

/** What goes wrong. */
public enum FaultKind {
  /** The process kills itself, SIGKILL. */
  KILL(null),
  /** The process suspends itself, SIGSTOP. */
  STOP(null),
  /** The process ends with code {@link Misfortune#EXIT_CODE}. */
  EXIT(null),
  /** The rank throws. */
  THROW(null),
  /** The rank is late. */
  DELAY(null),
  RESET(WireFault.RESET),
  BLACKHOLE(WireFault.BLACKHOLE),
  CORRUPT(WireFault.CORRUPT),
  TRUNCATE(WireFault.TRUNCATE),
  HALF_CLOSE(WireFault.HALF_CLOSE),
  SLICE(WireFault.SLICE);

  private final @Nullable WireFault wire;

  FaultKind(@Nullable WireFault wire) {
    this.wire = wire;
  }

  /** What happens to a connection; null where nothing does. */
  @Nullable WireFault wire() {
    return wire;
  }

  @Override
  public String toString() {
    return FaultText.word(this);
  }
}
