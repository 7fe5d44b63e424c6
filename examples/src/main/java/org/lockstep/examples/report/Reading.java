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

  /**
   * One thought.
   *
   * @param topic what it is about, without a full stop
   * @param text sentences
   */
  record Finding(String topic, String text) {}

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    report.settings().stream().map(this::comparison).forEach(findings::add);
    sharding().ifPresent(findings::add);
    denseNote().ifPresent(findings::add);
    cost().ifPresent(findings::add);
    findings.add(
        new Finding(
            "One seed, no error bars",
            "Another seed can move an accuracy by more than chance in the test set does. Repeat"
                + " with other seeds before you rely on a few points."));
    return findings;
  }

  private Finding comparison(Setting setting) {
    List<RunResult> runs =
        report.runsOf(setting).stream()
            .sorted(Comparator.comparingDouble(RunResult::finalTestAccuracy).reversed())
            .toList();
    String figures =
        runs.stream()
            .map(run -> label(run) + " " + Format.percent(run.finalTestAccuracy()))
            .collect(Collectors.joining(", ", "", "."));
    String text = runs.size() < 2 ? figures : figures + " " + verdict(runs);
    return new Finding(capitalized(setting.toString()), text);
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
    String tie =
        level.size() == 1 ? "" : images + " cannot tell " + enumeration(level) + " apart; ";
    return tie + label(best) + " is ahead of " + lag + ".";
  }

  /** {@code A, B and C}. */
  private static String enumeration(List<RunResult> runs) {
    int last = runs.size() - 1;
    return runs.subList(0, last).stream().map(Reading::label).collect(Collectors.joining(", "))
        + " and "
        + label(runs.get(last));
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
  private Optional<Finding> sharding() {
    String changes =
        report.results().stream()
            .filter(run -> run.config().shards() == Shards.SHUFFLED)
            .flatMap(shuffled -> byLabel(shuffled).stream())
            .collect(Collectors.joining(", "));
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding("From shuffled to by-label shards, in points", changes + "."));
  }

  private Optional<String> byLabel(RunResult shuffled) {
    int batch = shuffled.config().batchPerWorker();
    String at = report.batches().count() > 1 ? " (batch " + batch + ")" : "";
    return report.runsOf(new Setting(Shards.BY_LABEL, batch)).stream()
        .filter(run -> run.config().norm().equals(shuffled.config().norm()))
        .map(run -> label(run) + at + " " + Format.signedPoints(difference(run, shuffled)))
        .findFirst();
  }

  private Optional<Finding> denseNote() {
    return report.results().stream().anyMatch(Reading::normalizesTwoValues)
        ? Optional.of(
            new Finding(
                "Local BN after a dense layer",
                "The norm after small-dense’s dense layer has one value per channel and image. Over"
                    + " the two values of two images local BN gives about −1 and +1 whatever they"
                    + " are, so what it shows here is that case and not local BN in general."))
        : Optional.empty();
  }

  private static boolean normalizesTwoValues(RunResult run) {
    boolean local = NormSpec.parse(run.config().norm()).kind() == NormSpec.Kind.LOCAL;
    return local
        && run.config().model().equals("small-dense")
        && run.config().batchPerWorker() <= 2;
  }

  private Optional<Finding> cost() {
    int workers = report.first().workers();
    if (workers == 1) {
      return Optional.empty();
    }
    Setting setting = report.settings().get(0);
    String shares =
        report.runsOf(setting).stream()
            .map(run -> label(run) + " " + Format.percent(RunFigures.of(run).waiting()))
            .collect(Collectors.joining(", ", "", "."));
    int cores = report.machine().cores();
    String crowded =
        workers <= cores || !report.workersHere()
            ? ""
            : " Here %d workers share %d %s, so waiting is mostly waiting for a core; a cluster would show other speeds."
                .formatted(workers, cores, cores == 1 ? "core" : "cores");
    return Optional.of(
        new Finding(
            "Share of the time a worker waited for the others, " + setting, shares + crowded));
  }

  private static String label(RunResult run) {
    return NormLabel.of(run.config().norm());
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
