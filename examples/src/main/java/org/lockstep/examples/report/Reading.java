package org.lockstep.examples.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lockstep.data.Shards;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.RunResult;

/**
 * Reads the figures of one report aloud and claims no more than they show: two accuracies count as
 * different only when they are further apart than the finite test set alone explains.
 */
final class Reading {
  /** Standard errors that a difference must exceed; about 95 % of chance stays below. */
  private static final double STANDARD_ERRORS = 2;

  private final Report report;

  Reading(Report report) {
    this.report = report;
  }

  /** Sentences in plain language, one thought each. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    report.settings().stream().map(this::comparison).forEach(sentences::add);
    sharding().ifPresent(sentences::add);
    denseNote().ifPresent(sentences::add);
    cost().ifPresent(sentences::add);
    sentences.add(
        "One seed has no error bars: another seed can move an accuracy by more than chance in the"
            + " test set does. Repeat with other seeds before you rely on a few points.");
    return sentences;
  }

  private String comparison(Setting setting) {
    List<RunResult> runs =
        report.runsOf(setting).stream()
            .sorted(Comparator.comparingDouble(RunResult::finalTestAccuracy).reversed())
            .toList();
    String figures =
        runs.stream()
            .map(run -> label(run) + " " + Format.percent(run.finalTestAccuracy()))
            .collect(Collectors.joining(", "));
    String measured = capitalized(setting.toString()) + ": " + figures + ".";
    return runs.size() < 2 ? measured : measured + " " + verdict(runs);
  }

  /** What may be said about runs in order of falling accuracy. */
  private String verdict(List<RunResult> runs) {
    RunResult best = runs.get(0);
    List<RunResult> level = runs.stream().filter(run -> !behind(best, run)).toList();
    List<RunResult> behind = runs.stream().filter(run -> behind(best, run)).toList();
    String images = Format.count(report.testImages()) + " test images";
    if (behind.isEmpty()) {
      return "The differences are within what chance in "
          + images
          + " explains, so this shows no winner.";
    }
    String lag =
        behind.stream()
            .map(run -> label(run) + " by " + Format.points(difference(best, run)) + " points")
            .collect(Collectors.joining(", "));
    String leaders = level.stream().map(Reading::label).collect(Collectors.joining(" and "));
    return (level.size() == 1
            ? leaders + " is ahead"
            : leaders + " are not told apart by " + images + ", and " + label(best) + " is ahead")
        + " of "
        + lag
        + ".";
  }

  private boolean behind(RunResult best, RunResult run) {
    double variance = variance(best) + variance(run);
    return difference(best, run) > STANDARD_ERRORS * Math.sqrt(variance / report.testImages());
  }

  /** Of one image's being right, a Bernoulli variable. */
  private static double variance(RunResult run) {
    return run.finalTestAccuracy() * (1 - run.finalTestAccuracy());
  }

  private static double difference(RunResult a, RunResult b) {
    return a.finalTestAccuracy() - b.finalTestAccuracy();
  }

  /** What it costs each norm that every worker sees only its own classes. */
  private Optional<String> sharding() {
    String changes =
        report.results().stream()
            .filter(run -> run.config().shards() == Shards.SHUFFLED)
            .flatMap(shuffled -> byLabel(shuffled).stream())
            .collect(Collectors.joining(", "));
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of("From shuffled to by-label shards, in points: " + changes + ".");
  }

  private Optional<String> byLabel(RunResult shuffled) {
    int batch = shuffled.config().batchPerWorker();
    String at = report.batches().count() > 1 ? " (batch " + batch + ")" : "";
    return report.runsOf(new Setting(Shards.BY_LABEL, batch)).stream()
        .filter(run -> run.config().norm().equals(shuffled.config().norm()))
        .map(run -> label(run) + at + " " + Format.signedPoints(difference(run, shuffled)))
        .findFirst();
  }

  private Optional<String> denseNote() {
    return report.results().stream().anyMatch(Reading::normalizesTwoValues)
        ? Optional.of(
            "The norm after small-dense's dense layer has one value per channel and image. Local"
                + " BN over the two values of two images gives about −1 and +1 whatever they"
                + " are, so what it shows here is that case and not local BN in general.")
        : Optional.empty();
  }

  private static boolean normalizesTwoValues(RunResult run) {
    boolean local = NormSpec.parse(run.config().norm()).kind() == NormSpec.Kind.LOCAL;
    return local
        && run.config().model().equals("small-dense")
        && run.config().batchPerWorker() <= 2;
  }

  private Optional<String> cost() {
    int workers = report.first().workers();
    if (workers == 1) {
      return Optional.empty();
    }
    String shares =
        report.runsOf(report.settings().get(0)).stream()
            .map(run -> label(run) + " " + Format.percent(RunFigures.of(run).waiting()))
            .collect(Collectors.joining(", "));
    String sentence =
        "Share of the time a worker waited for the others ("
            + report.settings().get(0)
            + "): "
            + shares
            + ".";
    int cores = report.machine().cores();
    return Optional.of(
        workers <= cores
            ? sentence
            : sentence
                + " Here "
                + workers
                + " workers share "
                + cores
                + (cores == 1 ? " core" : " cores")
                + ", so waiting is mostly waiting for a core; a cluster would show other speeds.");
  }

  private static String label(RunResult run) {
    return NormLabel.of(run.config().norm());
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
