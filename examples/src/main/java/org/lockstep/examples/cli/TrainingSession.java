package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Dataset;
import org.lockstep.examples.report.Machine;
import org.lockstep.examples.report.Report;
import org.lockstep.examples.report.ReportFiles;
import org.lockstep.examples.report.TextTable;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.TrainTask;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine;

/**
 * Takes runs from the checks to the report: checks all of them, starts the workers once, trains one
 * run after the other, and writes the files when all are done.
 */
final class TrainingSession {
  private final String title;
  private final String repeat;
  private final WorkerOptions workers;
  private final Path out;
  private final CommandLine at;

  /**
   * @param title the report's heading
   * @param repeat the command that does all of this again
   * @param out where the files go; made if it is not there
   * @param at the command that runs; gives the streams
   */
  TrainingSession(String title, String repeat, WorkerOptions workers, Path out, CommandLine at) {
    this.title = title;
    this.repeat = repeat;
    this.workers = workers;
    this.out = out;
    this.at = at;
  }

  /**
   * Runs the plan.
   *
   * @param checkpoint directory below the output's for the state at the end of the last run; null:
   *     none is kept
   * @return the exit code
   * @throws UsageException before anything is started, if the plan cannot work
   */
  int run(List<TrainConfig> plan, @Nullable String checkpoint) throws IOException {
    workers.check();
    Dataset dataset = Preflight.check(plan, workers.workers());
    Path directory = OutputDirectory.prepare(out);
    Path kept = checkpoint == null ? null : directory.resolve(checkpoint);
    Report report;
    try (Cluster cluster = workers.start(directory.resolve("logs"))) {
      report =
          new Report(
              title,
              repeat,
              cluster.description(),
              workers.areHere(),
              Machine.here(),
              dataset.train().size(),
              dataset.test().size(),
              train(plan, cluster, kept),
              ZonedDateTime.now(ZoneId.systemDefault()));
    }
    ReportFiles.write(directory, report);
    print(report, directory, kept);
    return CommandLine.ExitCode.OK;
  }

  private List<RunResult> train(List<TrainConfig> plan, Cluster cluster, @Nullable Path kept) {
    boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
    List<RunResult> results = new ArrayList<>();
    for (TrainConfig config : plan) {
      TrainTask task = new TrainTask(config, kept == null ? null : kept.toString());
      try (Progress progress = Progress.of(config, terminal, at.getErr())) {
        results.add(cluster.run(task, progress::show).get(0));
      }
    }
    return results;
  }

  private void print(Report report, Path directory, @Nullable Path kept) {
    PrintWriter text = at.getOut();
    text.println();
    text.print(TextTable.of(report));
    text.println();
    text.println("report      " + ReportFiles.html(directory));
    text.println("results     " + ReportFiles.json(directory));
    if (kept != null) {
      text.println("checkpoint  " + kept);
    }
    text.flush();
  }
}
