package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.lockstep.nn.Precision;
import org.lockstep.verify.CaseException;
import org.lockstep.verify.Deviations;
import org.lockstep.verify.GoldenCase;

/**
 * One call of {@code verify}: which cases are run in which precision, and what became of them. Read
 * the cases, then run them, once.
 */
final class VerifySession {
  private final List<Precision> precisions;
  private final List<Run> runs = new ArrayList<>();
  private final Map<Integer, CaseResult> results = new TreeMap<>();
  private final List<String> unreadable = new ArrayList<>();
  private int lines;

  /** A case in a precision, and the number of the line that tells of it. */
  private record Run(int line, Path folder, GoldenCase golden, Precision precision) {}

  /**
   * @param precisions to run cases in, as far as their inputs are exact in them
   */
  VerifySession(List<Precision> precisions) {
    this.precisions = precisions;
  }

  /** Takes a case in. */
  void read(Path folder) {
    try {
      plan(folder, GoldenCase.read(folder));
    } catch (CaseException e) {
      unreadable.add(e.getMessage());
      results.put(lines++, CaseResult.notRun(name(folder), CaseResult.NONE, "cannot be read"));
    }
  }

  private void plan(Path folder, GoldenCase golden) {
    for (Precision precision : precisions) {
      if (golden.precisions().contains(precision)) {
        runs.add(new Run(lines++, folder, golden, precision));
      } else if (precisions.size() == 1) {
        String why = "not run: its inputs are exact in float64 only";
        results.put(lines++, CaseResult.notRun(name(folder), precision.toString(), why));
      }
    }
  }

  /**
   * Runs all cases, those of one number of ranks together.
   *
   * @return the lines, in the order in which the cases were read
   */
  List<CaseResult> run(CaseRunner runner) {
    runs.sort(Comparator.comparingInt(run -> run.golden().workers()));
    for (Run run : runs) {
      results.put(run.line(), result(runner, run));
    }
    return List.copyOf(results.values());
  }

  /** Whatever a rank throws, errors of the JVM included, is this case's and no other's. */
  private static CaseResult result(CaseRunner runner, Run run) {
    String name = name(run.folder());
    String precision = run.precision().toString();
    try {
      List<Deviations> found = runner.run(run.folder(), run.golden(), run.precision());
      return CaseResult.of(name, precision, run.golden().judge(run.precision(), found));
    } catch (RuntimeException | Error e) {
      Throwable cause = e instanceof CompletionException ? e.getCause() : e;
      return CaseResult.broken(
          name, precision, Commands.firstLine(Objects.requireNonNullElse(cause, e)));
    }
  }

  /** A sentence for each case that cannot be read. */
  List<String> unreadable() {
    return List.copyOf(unreadable);
  }

  private static String name(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }
}
