package org.lockstep.examples.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lockstep.verify.Deviation;
import org.lockstep.verify.Verdict;

/**
 * What became of a case in a precision: a line of what {@code verify} prints.
 *
 * @param name the case's folder
 * @param precision {@code float32} or {@code float64}; {@code -} if it could not be read
 * @param outcome how it ended
 * @param verdict what was found; null where nothing was
 * @param note for the reader, may be empty
 */
record CaseResult(
    String name, String precision, Outcome outcome, @Nullable Verdict verdict, String note) {
  /** How a case ended. */
  enum Outcome {
    PASS,
    FAIL,
    /** Neither passed nor failed. */
    NOT_RUN
  }

  static final String NONE = "-";

  static CaseResult of(String name, String precision, Verdict verdict) {
    return new CaseResult(
        name,
        precision,
        verdict.passed() ? Outcome.PASS : Outcome.FAIL,
        verdict,
        verdict.strict() ? "float32_strict too" : "");
  }

  /** A case that ended early. */
  static CaseResult broken(String name, String precision, String sentence) {
    return new CaseResult(name, precision, Outcome.FAIL, null, sentence);
  }

  static CaseResult notRun(String name, String precision, String why) {
    return new CaseResult(name, precision, Outcome.NOT_RUN, null, why);
  }

  /** The cells of its line. */
  List<String> cells() {
    String result = outcome == Outcome.NOT_RUN ? NONE : outcome.name();
    return verdict == null
        ? List.of(name, precision, NONE, NONE, NONE, result, note)
        : List.of(
            name,
            precision,
            quantity(verdict.worst()),
            figure(verdict.worst().error()),
            figure(verdict.tolerance()),
            result,
            note);
  }

  private static String quantity(Deviation worst) {
    return worst.step() == null ? worst.quantity() : worst.quantity() + " @" + worst.step();
  }

  private static String figure(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2e", value) : "not finite";
  }
}
