package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.bench.AllReduceBenchmark;
import org.lockstep.examples.bench.AllReduceFile;
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
        "Measures all-reduces between worker processes: up to 8192 floats on the path of the"
            + " norms' statistics, above on that of the gradients.")
final class BenchAllReduceCommand implements Callable<Integer> {
  @Option(
      names = "--floats",
      split = ",",
      defaultValue = "130,1024,8192,65536,262144",
      paramLabel = "N",
      description = "Sizes of the message, in units of 4 bytes (default: ${DEFAULT-VALUE}).")
  private List<Integer> floats = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "All-reduces to measure per size (default: ${DEFAULT-VALUE}).")
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
    List<AllReduceBenchmark> plan = plan();
    Path file = json == null ? null : OutputDirectory.prepareFor(json);
    AllReduceFile measured = new AllReduceFile(BenchCluster.run(workers, plan));
    print(measured);
    if (file != null) {
      ReportFiles.writeJson(file, measured);
    }
    return ExitCode.OK;
  }

  private List<AllReduceBenchmark> plan() {
    try {
      return floats.stream().map(size -> new AllReduceBenchmark(size, warmup, rounds)).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  private void print(AllReduceFile measured) {
    TextTable table = new TextTable(0, "workers", "floats", "p50 µs", "p99 µs", "bus MB/s");
    for (AllReduceFile.Result result : measured.results()) {
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
