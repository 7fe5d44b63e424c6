package org.lockstep.data;

import java.util.Arrays;
import java.util.Locale;

/** How the training set is dealt to the ranks. */
public enum Shards {
  /** Every global batch is drawn from the whole set; each rank takes its part of it. */
  SHUFFLED,
  /** The set is sorted by label and cut: every rank sees only its own one to three classes. */
  BY_LABEL,
  /**
   * Every rank has a shard of its own, drawn at random once; their sizes are as 1 to 2 to 3 and so
   * on, so that ranks run out of data one after the other.
   */
  UNEVEN;

  /**
   * Reads {@code shuffled}, {@code by-label} or {@code uneven}.
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
                    "unknown shards '" + text + "': expected shuffled, by-label or uneven"));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
