package org.lockstep.verify;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.lockstep.nn.Precision;

/**
 * Whether a case holds in a precision.
 *
 * @param worst the quantity whose error is the largest part of its tolerance
 * @param tolerance what the error of {@code worst} may be at most
 * @param passed whether all quantities are within their tolerances
 * @param strict whether all are within those of {@code float32_strict} too, where the case has such
 */
public record Verdict(Deviation worst, double tolerance, boolean passed, boolean strict) {
  static Verdict of(Tolerances tolerances, Precision precision, Deviations found) {
    String name = precision.toString();
    Deviation worst = worst(tolerances, name, found.worst());
    boolean strict =
        precision == Precision.FLOAT32
            && tolerances.has(Tolerances.STRICT)
            && holds(tolerances, Tolerances.STRICT, found);
    return new Verdict(worst, tolerances.of(name, worst), holds(tolerances, name, found), strict);
  }

  private static boolean holds(Tolerances tolerances, String precision, Deviations found) {
    return found.worst().stream().allMatch(d -> d.error() <= tolerances.of(precision, d));
  }

  private static Deviation worst(Tolerances tolerances, String precision, List<Deviation> all) {
    Comparator<Deviation> byPart =
        Comparator.comparingDouble(
            d -> d.error() == 0 ? 0 : d.error() / tolerances.of(precision, d));
    return Objects.requireNonNull(all.stream().max(byPart).orElse(null), "nothing was compared");
  }
}
