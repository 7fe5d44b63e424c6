package org.lockstep.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import org.lockstep.examples.bench.NormBenchmark;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.TextTable;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How close the norm layers come to the memory's speed. */
@Command(name = "norm", description = "Measures norm layers on one thread against plain copying.")
final class BenchNormCommand implements Runnable {
  /** The norm layers of small on 28x28 images, and one of CIFAR size. */
  private static final List<Shape> SHAPES =
      List.of(
          new Shape(28, 28, 16), new Shape(14, 14, 32), new Shape(7, 7, 64), new Shape(32, 32, 64));

  @Option(
      names = "--norms",
      split = ",",
      defaultValue = "local,group",
      paramLabel = "NORM",
      description = "local, group:G, layer, instance (default: ${DEFAULT-VALUE}).")
  private List<String> norms = List.of();

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "2,32",
      paramLabel = "N",
      description = "Images (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches = List.of();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    List<NormSpec> specs = norms.stream().map(BenchNormCommand::parse).toList();
    batches.forEach(BenchNormCommand::check);
    TextTable table =
        new TextTable(2, "norm", "shape", "batch", "forward GB/s", "backward GB/s", "copy GB/s");
    for (NormSpec norm : specs) {
      for (Shape shape : SHAPES) {
        for (int batch : batches) {
          NormBenchmark result = NormBenchmark.measure(norm, shape, batch);
          table.row(
              norm.toString(),
              shape.toString(),
              Integer.toString(batch),
              Format.oneDecimal(result.forwardGigabytes()),
              Format.oneDecimal(result.backwardGigabytes()),
              Format.oneDecimal(result.copyGigabytes()));
        }
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.flush();
  }

  private static NormSpec parse(String text) {
    try {
      NormSpec norm = NormSpec.parse(text);
      if (norm.kind() == NormSpec.Kind.NONE) {
        throw new UsageException("norm 'none' normalizes nothing that could be measured");
      }
      norm.checkWorldSize(1);
      SHAPES.forEach(shape -> norm.check("bench", shape.channels()));
      return norm;
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
