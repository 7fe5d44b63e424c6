package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.bench.AllReduceBenchmark;
import org.lockstep.examples.bench.AllReduceResult;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.ReportFiles;
import org.lockstep.examples.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What it costs the workers to agree on a sum. */
@Command(
    name = "allreduce",
    description =
        "Measures all-reduces between worker processes: up to 16384 numbers as doubles on the path"
            + " of the norms' statistics, more as floats on that of the gradients.",
    footerHeading = "%nExamples:%n",
    footer = {"  bin/lockstep bench allreduce --workers 2 --floats 129,1025 --json times.json"})
final class BenchAllReduceCommand implements Callable<Integer> {
  @Option(
      names = "--floats",
      split = ",",
      defaultValue = "129,1025,8193,65536,262144",
      paramLabel = "N",
      description = "Lengths of the vectors (default: ${DEFAULT-VALUE}).")
  private List<Integer> floats = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "All-reduces to measure per length (default: ${DEFAULT-VALUE}).")
  private int rounds = 1000;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "All-reduces before that (default: ${DEFAULT-VALUE}).")
  private int warmup = 1000;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as JSON.")
  private @Nullable Path json;

  @Mixin private WorkerOptions workers = new WorkerOptions(2);
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    workers.check();
    if (workers.workers() < 2) {
      throw new UsageException("--workers: expected at least 2, found " + workers.workers());
    }
    AllReduceBenchmark plan = plan();
    Path file = json == null ? null : OutputDirectory.prepareFor(json);
    AllReduceBenchmark.Report measured = BenchCluster.run(workers, List.of(plan)).get(0);
    print(measured);
    if (file != null) {
      ReportFiles.writeJson(file, measured);
    }
    return ExitCode.OK;
  }

  private AllReduceBenchmark plan() {
    try {
      return new AllReduceBenchmark(floats, warmup, rounds);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private void print(AllReduceBenchmark.Report measured) {
    TextTable table = new TextTable(0, "workers", "floats", "p50 µs", "p99 µs", "bus MB/s");
    for (AllReduceResult result : measured.results()) {
      table.row(
          Integer.toString(result.workers()),
          Integer.toString(result.floats()),
          Format.oneDecimal(result.p50Micros()),
          Format.oneDecimal(result.p99Micros()),
          Format.count(result.busMegabytesPerSecond()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.flush();
  }
}
