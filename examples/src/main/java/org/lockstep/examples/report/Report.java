package org.lockstep.examples.report;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.lockstep.train.RunResult;
import org.lockstep.train.Statistics;

/**
 * Everything a report states: the runs and how to repeat them.
 *
 * @param title the heading, for example {@code Lockstep comparison}
 * @param command repeats all runs when typed in a shell
 * @param workers what and where they were, for example {@code 8 processes on one machine}
 * @param workersHere whether they ran on the machine of the command
 * @param machine where the command ran
 * @param trainImages images an epoch goes through
 * @param testImages images behind every accuracy
 * @param results in the order they ran; at least one, all of one model, data set and world size,
 *     evaluated with the same statistics
 * @param finished when the last run ended
 */
public record Report(
    String title,
    String command,
    String workers,
    boolean workersHere,
    Machine machine,
    int trainImages,
    int testImages,
    List<RunResult> results,
    ZonedDateTime finished) {
  public Report {
    results = List.copyOf(results);
    if (results.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one run, found none");
    }
  }

  RunResult first() {
    return results.get(0);
  }

  /** The settings that differ in nothing but the norm, in the order they ran. */
  List<Setting> settings() {
    return results.stream().map(Setting::of).distinct().toList();
  }

  /** The runs of one setting, one a norm. */
  List<RunResult> runsOf(Setting setting) {
    return results.stream().filter(run -> Setting.of(run).equals(setting)).toList();
  }

  /** Whether there are accuracies with running and with population statistics. */
  boolean comparesStatistics() {
    return first().config().statistics() == Statistics.BOTH;
  }

  Stream<Integer> batches() {
    return results.stream().map(run -> run.config().batchPerWorker()).distinct().sorted();
  }
}
