package org.lockstep.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
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

  /**
   * Reads {@code half-close} and the like.
   *
   * @throws IllegalArgumentException if there is no such kind; the message lists them
   */
  static FaultKind parse(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected one of "
                        + Arrays.stream(values())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "))
                        + ", found '"
                        + text
                        + "'"));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
