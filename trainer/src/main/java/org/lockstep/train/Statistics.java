package org.lockstep.train;

import java.util.Arrays;
import java.util.Locale;

/** Which statistics batch norm evaluates with. */
public enum Statistics {
  /** The running ones: an exponential moving average over the batches of training. */
  EMA,
  /** Those of the population: the whole training set, measured with the weights of the moment. */
  PRECISE,
  /** One evaluation with each. */
  BOTH;

  /**
   * Reads {@code ema}, {@code precise} or {@code both}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Statistics parse(String text) {
    return Arrays.stream(values())
        .filter(s -> s.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown statistics '" + text + "': expected ema, precise or both"));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
