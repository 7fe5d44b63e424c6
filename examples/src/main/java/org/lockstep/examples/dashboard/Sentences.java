package org.lockstep.examples.dashboard;

import java.time.Duration;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.watch.EpochFigures;

/** What is said of a command in words. */
record Sentences(CommandProgress command) {
  private static final Duration QUIET = Duration.ofMinutes(1);

  /**
   * How far it is.
   *
   * @param now milliseconds since 1970
   */
  String status(long now) {
    if (command.failure() != null) {
      return "Failed: " + command.failure();
    }
    if (command.runs().isEmpty()) {
      return "The first run begins" + silence(now);
    }
    int runs = command.planned();
    if (command.finished()) {
      return runs == 1 ? "Finished" : "Finished, all %d runs".formatted(runs);
    }
    RunProgress run = command.current();
    String where =
        run.state() == RunProgress.State.FINISHED
            ? "finished"
            : "epoch %d of %d, step %d of %d"
                .formatted(
                    Math.min(run.epochs().size() + 1, run.start().epochs()),
                    run.start().epochs(),
                    run.stepInEpoch(),
                    run.start().stepsPerEpoch());
    String which = runs == 1 ? "" : "run %d of %d, ".formatted(command.runs().size(), runs);
    return "Running: " + which + run.norm() + ", " + where + silence(now);
  }

  /** A command that was killed says nothing. */
  private String silence(long now) {
    if (command.last() == null) {
      return "";
    }
    Duration quiet = Duration.ofMillis(now - command.last().time());
    return quiet.compareTo(QUIET) < 0
        ? ""
        : "; no news for %d min, it may have been ended".formatted(quiet.toMinutes());
  }

  /** Changes once an epoch, and not more often. */
  String news() {
    String state = command.failure() != null ? "Failed. " : command.finished() ? "Finished. " : "";
    return state + lastEpoch();
  }

  private String lastEpoch() {
    for (int i = command.runs().size() - 1; i >= 0; i--) {
      RunProgress run = command.runs().get(i);
      EpochFigures last = run.lastEpoch();
      if (last != null) {
        return "%s, %s, after epoch %d: loss %s, accuracy %s"
            .formatted(
                run.norm(),
                run.setting(),
                last.epoch(),
                last.trainLoss() == null ? "diverged" : Format.loss(last.trainLoss()),
                last.testAccuracy() == null ? "unknown" : Format.percent(last.testAccuracy()));
      }
    }
    return "";
  }
}
