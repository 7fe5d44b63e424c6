package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Dataset;
import org.lockstep.data.Shards;
import org.lockstep.examples.bench.StepBenchmark;
import org.lockstep.examples.bench.StepFile;
import org.lockstep.examples.bench.StepTimes;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.ReportFiles;
import org.lockstep.examples.report.TextTable;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long a training step takes. */
@Command(
    name = "step",
    description = "Measures whole training steps on worker processes.",
    footerHeading = "%nExamples:%n",
    footer = {"  bin/lockstep bench step --model resnet20 --norm local,sync --batch 2,8"})
final class BenchStepCommand implements Callable<Integer> {
  @Option(
      names = "--norm",
      split = ",",
      defaultValue = "local,sync",
      paramLabel = "NORM",
      description = NormSpec.NAMES + " (default: ${DEFAULT-VALUE}).")
  private List<String> norms = List.of();

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "2,8,32",
      paramLabel = "N",
      description = "Images a worker takes per step (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches = List.of();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps to measure (default: ${DEFAULT-VALUE}).")
  private int steps = 200;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Steps before that (default: ${DEFAULT-VALUE}).")
  private int warmup = 100;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as JSON.")
  private @Nullable Path json;

  @Mixin private WorkerOptions workers = new WorkerOptions(2);
  @Mixin private TrainingOptions training = new TrainingOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    workers.check();
    List<StepBenchmark> plan = plan();
    Path file = json == null ? null : OutputDirectory.prepareFor(json);
    StepFile measured = new StepFile(measure(plan));
    print(measured);
    if (file != null) {
      ReportFiles.writeJson(file, measured);
    }
    return ExitCode.OK;
  }

  private List<StepBenchmark> plan() {
    List<TrainConfig> configs = new ArrayList<>();
    for (String norm : norms) {
      for (int batch : batches) {
        configs.add(
            training.config(norm, Shards.SHUFFLED, batch, TrainConfig.DEFAULT.statistics()));
      }
    }
    Dataset dataset = Preflight.check(configs, workers.workers(), workers.workers());
    int images = dataset.train().size();
    try {
      return configs.stream()
          .map(config -> StepBenchmark.of(config, workers.workers(), images, warmup, steps))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private List<StepFile.Result> measure(List<StepBenchmark> plan) throws IOException {
    List<StepTimes> times = BenchCluster.run(workers, plan);
    return IntStream.range(0, plan.size())
        .mapToObj(i -> StepFile.Result.of(plan.get(i).config(), workers.workers(), times.get(i)))
        .toList();
  }

  private void print(StepFile measured) {
    TextTable table =
        new TextTable(
            2,
            "model",
            "norm",
            "workers",
            "batch",
            "p50 ms",
            "p99 ms",
            "images/s",
            "heap B/step",
            "off-heap B/step",
            "peak MB");
    for (StepFile.Result result : measured.results()) {
      table.row(
          result.model(),
          result.norm(),
          Integer.toString(result.workers()),
          Integer.toString(result.batchPerWorker()),
          String.format(Locale.ROOT, "%.2f", result.stepMillisP50()),
          String.format(Locale.ROOT, "%.2f", result.stepMillisP99()),
          Format.count(result.imagesPerSecond()),
          Format.count(result.heapBytesPerStep()),
          Format.count(result.offHeapBytesPerStep()),
          Format.count(result.peakResidentMegabytes()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.flush();
  }
}
