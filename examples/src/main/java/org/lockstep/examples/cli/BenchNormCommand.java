package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.bench.NormBenchmark;
import org.lockstep.examples.bench.NormResult;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.ReportFiles;
import org.lockstep.examples.report.TextTable;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How close the norm layers come to the memory's speed. */
@Command(
    name = "norm",
    description = "Measures norm layers against plain copying, in a worker process of one thread.",
    footerHeading = "%nExamples:%n",
    footer = {"  bin/lockstep bench norm --norms sync,group:4"})
final class BenchNormCommand implements Callable<Integer> {
  /** The norm layers of small on 28x28 images, and two of CIFAR's size. */
  private static final List<Shape> SHAPES =
      List.of(
          new Shape(28, 28, 16),
          new Shape(14, 14, 32),
          new Shape(7, 7, 64),
          new Shape(32, 32, 16),
          new Shape(32, 32, 64));

  @Option(
      names = "--norms",
      split = ",",
      defaultValue = "local,group",
      paramLabel = "NORM",
      description =
          "local, group:G, layer, instance, frn, evonorm:G, renorm:N (default: ${DEFAULT-VALUE}).")
  private List<String> norms = List.of();

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "2,32",
      paramLabel = "N",
      description = "Images (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as JSON.")
  private @Nullable Path json;

  @Mixin private WorkerOptions workers = new WorkerOptions(1);
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    workers.check();
    List<String> checked = norms.stream().map(BenchNormCommand::check).toList();
    batches.forEach(BenchNormCommand::check);
    Path file = json == null ? null : OutputDirectory.prepareFor(json);
    NormBenchmark plan = new NormBenchmark(checked, SHAPES, batches);
    NormBenchmark.Report measured = BenchCluster.run(workers, List.of(plan)).get(0);
    print(measured);
    if (file != null) {
      ReportFiles.writeJson(file, measured);
    }
    return ExitCode.OK;
  }

  private void print(NormBenchmark.Report measured) {
    TextTable table =
        new TextTable(
            2, "norm", "shape", "batch", "forward GB/s", "backward GB/s", "copy GB/s", "of copy");
    for (NormResult result : measured.results()) {
      table.row(
          result.norm(),
          result.shape(),
          Integer.toString(result.batch()),
          Format.oneDecimal(result.forwardGigabytes()),
          Format.oneDecimal(result.backwardGigabytes()),
          Format.oneDecimal(result.copyGigabytes()),
          String.format(Locale.ROOT, "%.2f", result.shareOfCopy()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.flush();
  }

  private static String check(String text) {
    try {
      NormSpec norm = NormSpec.parse(text);
      if (norm.kind() == NormSpec.Kind.NONE) {
        throw new UsageException("norm 'none' normalizes nothing that could be measured");
      }
      norm.checkWorldSize(1);
      SHAPES.forEach(shape -> norm.check("bench", shape.channels()));
      return norm.toString();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private static void check(int batch) {
    if (batch < 1) {
      throw new UsageException("--batch: expected at least 1 image, found " + batch);
    }
  }
}
