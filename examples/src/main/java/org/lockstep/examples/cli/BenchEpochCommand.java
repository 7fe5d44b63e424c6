package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.lockstep.examples.bench.BoundaryTimes;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.TextTable;
import org.lockstep.launch.ResilientCluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What it costs that the driver plans every epoch. */
@Command(
    name = "epoch",
    description =
        "Measures what an epoch's boundary costs beyond the work: the driver's orders and the"
            + " workers' answers.",
    footerHeading = "%nExamples:%n",
    footer = {"  bin/lockstep bench epoch --workers 2"})
final class BenchEpochCommand implements Callable<Integer> {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Boundaries to measure (default: ${DEFAULT-VALUE}).")
  private int epochs = 200;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Boundaries before that (default: ${DEFAULT-VALUE}).")
  private int warmup = 20;

  @Mixin private WorkerOptions workers = new WorkerOptions(2);
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    workers.check();
    if (epochs < 1 || warmup < 0) {
      throw new UsageException(
          "expected --epochs of 1 or more and --warmup of 0 or more, found %d and %d"
              .formatted(epochs, warmup));
    }
    WorkerLogs logs = WorkerLogs.of("bench");
    try (ResilientCluster cluster = workers.start(logs.directory())) {
      print(cluster.run(ranks -> BoundaryTimes.of(ranks, warmup, epochs)));
    }
    logs.delete();
    return ExitCode.OK;
  }

  private void print(BoundaryTimes times) {
    TextTable table = new TextTable(0, "workers", "p50 ms", "p99 ms");
    table.row(
        Integer.toString(times.workers()),
        Format.oneDecimal(times.p50Millis()),
        Format.oneDecimal(times.p99Millis()));
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.flush();
  }
}
