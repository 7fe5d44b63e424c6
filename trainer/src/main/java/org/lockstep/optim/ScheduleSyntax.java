package org.lockstep.optim;

/**
 * Reads the text form of a {@link Schedule}; every error quotes the whole text.
 *
 * @param text all of it
 */
record ScheduleSyntax(String text) {
  private static final String WARMUP = "warmup:";

  Schedule parse() {
    if (!text.startsWith(WARMUP)) {
      return decay(text);
    }
    int comma = text.indexOf(',');
    if (comma < 0) {
      throw error("a comma and a schedule behind the warm-up, as in warmup:5,cosine", text);
    }
    int epochs = count(text.substring(WARMUP.length(), comma));
    return new Warmup(epochs, decay(text.substring(comma + 1)));
  }

  private Schedule decay(String form) {
    String[] parts = form.split(":", -1);
    return switch (parts[0] + "/" + parts.length) {
      case "constant/1" -> new Constant();
      case "cosine/1" -> new Cosine();
      case "step/2" -> new StepDecay(count(parts[1]), StepDecay.DEFAULT_FACTOR);
      case "step/3" -> new StepDecay(count(parts[1]), factor(parts[2]));
      default ->
          throw error(
              "constant, step:K[:F] or cosine, with or without 'warmup:E,' before it", form);
    };
  }

  private int count(String digits) {
    if (!digits.matches("[1-9][0-9]{0,5}")) {
      throw error("a positive whole number of epochs", digits);
    }
    return Integer.parseInt(digits);
  }

  private double factor(String number) {
    double factor = number.matches("[0-9]+(\\.[0-9]+)?") ? Double.parseDouble(number) : 0;
    if (!(factor > 0)) {
      throw error("a positive factor such as 0.1", number);
    }
    return factor;
  }

  private IllegalArgumentException error(String expected, String found) {
    return new IllegalArgumentException(
        "schedule '" + text + "': expected " + expected + ", found '" + found + "'");
  }
}
