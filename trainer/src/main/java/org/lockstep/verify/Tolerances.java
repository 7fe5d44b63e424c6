package org.lockstep.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lockstep.nn.Precision;

/**
 * The largest absolute errors that a case allows.
 *
 * @param byPrecision {@code float64}, {@code float32}, {@code float32_strict} -> quantity -> bound
 */
record Tolerances(Map<String, Map<String, Double>> byPrecision) {
  /** As {@code float32}, for implementations that subtract the mean before they round it. */
  static final String STRICT = "float32_strict";

  /**
   * Reads those that a case can be run with.
   *
   * @param quantities that each must bound
   * @throws CaseException if one is missing or is no number from 0 on
   */
  static Tolerances read(CaseFile file, List<Precision> precisions, List<String> quantities) {
    CaseFile part = file.part("tolerance");
    Map<String, Map<String, Double>> byPrecision = new LinkedHashMap<>();
    for (Precision precision : precisions) {
      byPrecision.put(precision.toString(), bounds(part.part(precision.toString()), quantities));
    }
    if (precisions.contains(Precision.FLOAT32) && part.has(STRICT)) {
      byPrecision.put(STRICT, bounds(part.part(STRICT), quantities));
    }
    return new Tolerances(byPrecision);
  }

  private static Map<String, Double> bounds(CaseFile part, List<String> quantities) {
    Map<String, Double> bounds = new LinkedHashMap<>();
    for (String quantity : quantities) {
      double bound = part.number(quantity);
      if (!(bound >= 0 && bound < Double.POSITIVE_INFINITY)) {
        throw part.unexpected(quantity, "a finite number of at least 0");
      }
      bounds.put(quantity, bound);
    }
    return bounds;
  }

  boolean has(String precision) {
    return byPrecision.containsKey(precision);
  }

  /** What a deviation's error may be at most. */
  double of(String precision, Deviation deviation) {
    if (deviation.factor() == 0) {
      return 0;
    }
    Double bound = byPrecision.getOrDefault(precision, Map.of()).get(deviation.bound());
    if (bound == null) {
      throw new IllegalStateException("no tolerance of " + deviation + " in " + precision);
    }
    return bound * deviation.factor();
  }
}
