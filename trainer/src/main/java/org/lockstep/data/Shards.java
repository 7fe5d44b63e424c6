package org.lockstep.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the training set is dealt to the ranks. */
public enum Shards {
  /** Every global batch is drawn from the whole set; each rank takes its part of it. */
  SHUFFLED,
  /** The set is sorted by label and cut: every rank sees only its own one to three classes. */
  BY_LABEL;

  /**
   * Reads {@code shuffled} or {@code by-label}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Shards parse(String text) {
    return Arrays.stream(values())
        .filter(s -> s.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown shards '"
                        + text
                        + "': expected "
                        + Arrays.stream(values())
                            .map(Shards::toString)
                            .collect(Collectors.joining(" or "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
