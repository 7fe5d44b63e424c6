package org.lockstep.fault;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Phase;

/** Reads a {@link FaultSpec}: {@code KIND:[TIME,]OPTION=VALUE,OPTION=VALUE}. */
final class FaultText {
  private static final List<String> OPTIONS =
      List.of("rank", "step", "layer", "phase", "at", "attempt");

  private final Map<String, String> values = new HashMap<>();
  private Duration delay = Duration.ZERO;

  private FaultText() {}

  static FaultSpec parse(String text) {
    int colon = text.indexOf(':');
    FaultKind kind = oneOf(FaultKind.values(), colon < 0 ? text : text.substring(0, colon), "");
    FaultText words = new FaultText();
    if (colon >= 0) {
      Arrays.stream(text.substring(colon + 1).split(",", -1)).forEach(words::take);
    }
    return words.spec(kind);
  }

  private void take(String word) {
    int equals = word.indexOf('=');
    if (equals < 0 && word.matches("\\d{1,9}(ms|s)")) {
      int unit = word.endsWith("ms") ? 2 : 1;
      long number = Long.parseLong(word.substring(0, word.length() - unit));
      delay = unit == 2 ? Duration.ofMillis(number) : Duration.ofSeconds(number);
      return;
    }
    String option = equals < 0 ? word : word.substring(0, equals);
    if (equals < 0 || !OPTIONS.contains(option)) {
      throw new IllegalArgumentException(
          "expected " + String.join("=, ", OPTIONS) + "= or a time, found '" + word + "'");
    }
    if (values.put(option, word.substring(equals + 1)) != null) {
      throw new IllegalArgumentException(option + ": expected one, found two");
    }
  }

  private FaultSpec spec(FaultKind kind) {
    String step = values.get("step");
    return new FaultSpec(
        kind,
        delay,
        (int) number("rank", values.getOrDefault("rank", "none")),
        step == null ? null : number("step", step),
        values.get("layer"),
        choice("phase", Phase.values()),
        Objects.requireNonNullElse(choice("at", FaultPoint.values()), FaultPoint.START),
        (int) number("attempt", values.getOrDefault("attempt", "0")));
  }

  private static long number(String option, String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          option + ": expected a number of 0 or more, found '" + text + "'");
    }
    return Long.parseLong(text);
  }

  private <E extends Enum<E>> @Nullable E choice(String option, E[] choices) {
    String text = values.get(option);
    if (text == null) {
      return null;
    }
    return oneOf(choices, text, option + ": ");
  }

  /**
   * @param before begins the sentence that says which there are
   */
  private static <E extends Enum<E>> E oneOf(E[] choices, String text, String before) {
    return Arrays.stream(choices)
        .filter(choice -> word(choice).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%sexpected one of %s, found '%s'"
                        .formatted(
                            before,
                            Arrays.stream(choices)
                                .map(FaultText::word)
                                .collect(Collectors.joining(", ")),
                            text)));
  }

  /** As {@code half-close}. */
  static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
