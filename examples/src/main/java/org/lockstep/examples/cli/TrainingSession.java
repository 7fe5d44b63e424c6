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
import org.lockstep.examples.watch.Watch;
import org.lockstep.launch.CheckpointOptions;
import org.lockstep.launch.FaultsAhead;
import org.lockstep.launch.ResilientCluster;
import org.lockstep.launch.RunTrace;
import org.lockstep.launch.TrainingRun;
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
  private final RecoveryOptions recovery;
  private final Path out;
  private final CommandLine at;

  /**
   * @param title the report's heading
   * @param repeat the command that does all of this again
   * @param recovery what happens when a worker is lost
   * @param out where the files go; made if it is not there
   * @param at the command that runs; gives the streams
   */
  TrainingSession(
      String title,
      String repeat,
      WorkerOptions workers,
      RecoveryOptions recovery,
      Path out,
      CommandLine at) {
    this.title = title;
    this.repeat = repeat;
    this.workers = workers;
    this.recovery = recovery;
    this.out = out;
    this.at = at;
  }

  /**
   * Runs the plan.
   *
   * @param saving where checkpoints go; null: none are kept
   * @param traces where the timeline goes, for a plan of one run; null: there is none
   * @param watched who else is told how the runs go on
   * @return the exit code
   * @throws UsageException before anything is started, if the plan cannot work
   */
  int run(
      List<TrainConfig> plan,
      @Nullable SavingOptions saving,
      @Nullable Path traces,
      WatchOption watched)
      throws IOException {
    workers.check();
    int fewest = recovery.minWorkers(workers.workers());
    Dataset dataset = Preflight.check(plan, fewest, workers.workers());
    Path directory = OutputDirectory.prepare(out);
    Path tensorBoard = watched.directory();
    RunTrace trace = traces == null ? null : new RunTrace(OutputDirectory.prepare(traces));
    CheckpointOptions checkpoints = saving == null ? null : saving.options(directory);
    Report report;
    try (trace;
        ResilientCluster cluster = workers.start(directory.resolve("logs"), recovery, this::warn);
        Watch watch = new Watch(directory, tensorBoard, this::warn)) {
      watch.begin(title, repeat, plan.size());
      List<RunResult> runs = train(plan, cluster, checkpoints, trace, watch);
      warnOfFaults(cluster);
      report =
          new Report(
              title,
              repeat,
              cluster.description(),
              workers.areHere(),
              Machine.here(),
              dataset.train().size(),
              dataset.test().size(),
              runs,
              ZonedDateTime.now(ZoneId.systemDefault()));
    }
    ReportFiles.write(directory, report);
    print(report, directory, checkpoints, trace, tensorBoard);
    return CommandLine.ExitCode.OK;
  }

  private void warn(String sentence) {
    at.getErr().println(at.getCommandSpec().qualifiedName() + ": " + sentence);
    at.getErr().flush();
  }

  /** A fault that does not strike was asked for in vain. */
  private void warnOfFaults(ResilientCluster cluster) {
    if (!recovery.faults().isEmpty()) {
      cluster
          .run(ranks -> ranks.run(new FaultsAhead(), nothing -> {}))
          .forEach(ofRank -> ofRank.forEach(this::warn));
    }
    recovery.faults().stream()
        .filter(fault -> fault.attempt() > cluster.restarts())
        .map(
            fault ->
                "the fault %s did not strike: the workers were started again %d times"
                    .formatted(fault, cluster.restarts()))
        .forEach(this::warn);
  }

  private List<RunResult> train(
      List<TrainConfig> plan,
      ResilientCluster cluster,
      @Nullable CheckpointOptions checkpoints,
      @Nullable RunTrace trace,
      Watch watch) {
    boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
    List<RunResult> results = new ArrayList<>();
    for (TrainConfig config : plan) {
      TrainingRun run = new TrainingRun(config, checkpoints);
      try (Progress progress = Progress.of(config, terminal, at.getErr())) {
        results.add(
            cluster.run(
                ranks -> {
                  if (trace != null) {
                    trace.begin(ranks);
                  }
                  return run.on(ranks, progress.and(watch.of(config)));
                }));
      } catch (RuntimeException e) {
        watch.failed(config, Commands.firstLine(e));
        throw e;
      }
    }
    return results;
  }

  private void print(
      Report report,
      Path directory,
      @Nullable CheckpointOptions checkpoints,
      @Nullable RunTrace trace,
      @Nullable Path tensorBoard) {
    PrintWriter text = at.getOut();
    text.println();
    text.print(TextTable.of(report));
    text.println();
    text.println("report      " + ReportFiles.html(directory));
    text.println("results     " + ReportFiles.json(directory));
    if (checkpoints != null) {
      text.println("checkpoints " + checkpoints.store());
    }
    if (trace != null) {
      text.println("trace       " + trace.file());
    }
    if (tensorBoard != null) {
      text.println("tensorboard " + tensorBoard);
    }
    text.flush();
  }
}
