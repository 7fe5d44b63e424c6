package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lockstep.data.Dataset;
import org.lockstep.data.ShardedSampler;
import org.lockstep.examples.bench.StepBenchmark;
import org.lockstep.examples.bench.StepTimes;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.TextTable;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Says what a command would do and what that would take, which it learns from a few steps. */
final class DryRun {
  private static final int WARMUP = 60;
  private static final int STEPS = 20;

  /** A forward pass alone, as a part of forward and backward. */
  private static final double FORWARD_PART = 1.0 / 3;

  private static final double BYTES_PER_MEGABYTE = 1e6;
  private static final double MEGABYTES_PER_GIGABYTE = 1000;
  private static final double MILLIS_PER_SECOND = 1000;

  @Option(
      names = "--dry-run",
      description =
          "Only print the runs, and the time and memory that they will take as a few steps of each on"
              + " the same workers show; writes nothing.")
  private boolean asked;

  boolean asked() {
    return asked;
  }

  /**
   * Prints the plan.
   *
   * @return the exit code
   * @throws UsageException before a worker starts, if the plan cannot work
   */
  int print(List<TrainConfig> plan, WorkerOptions workers, RecoveryOptions recovery, CommandLine at)
      throws IOException {
    workers.check();
    int ranks = workers.workers();
    Dataset dataset = Preflight.check(plan, recovery.minWorkers(ranks), ranks);
    List<StepBenchmark> benchmarks = benchmarks(plan, ranks, dataset);
    List<StepTimes> times = BenchCluster.run(workers, benchmarks);
    TextTable table =
        new TextTable(2, "norm", "shards", "batch", "epochs", "steps", "ms a step", "time");
    double total = 0;
    for (int i = 0; i < plan.size(); i++) {
      TrainConfig config = plan.get(i);
      long steps = (long) config.epochs() * stepsPerEpoch(config, dataset, ranks);
      double seconds = seconds(config, dataset, steps, times.get(i));
      total += seconds;
      table.row(
          config.norm(),
          config.shards().toString(),
          Integer.toString(config.batchPerWorker()),
          Integer.toString(config.epochs()),
          Format.count((double) steps),
          String.format(Locale.ROOT, "%.1f", times.get(i).stepMillisP50()),
          text(seconds));
    }
    PrintWriter out = at.getOut();
    out.print(table);
    out.println();
    out.println("time    about " + text(total) + note(plan));
    out.println("memory  " + memory(times, ranks, notRead(dataset, benchmarks)));
    out.println(
        "        as %d steps of each run show, after %d; nothing was written"
            .formatted(STEPS, WARMUP));
    out.flush();
    return ExitCode.OK;
  }

  private static List<StepBenchmark> benchmarks(
      List<TrainConfig> plan, int workers, Dataset dataset) {
    int images = dataset.train().size();
    List<StepBenchmark> benchmarks = new ArrayList<>();
    try {
      plan.forEach(
          config -> benchmarks.add(StepBenchmark.of(config, workers, images, WARMUP, STEPS)));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
    return benchmarks;
  }

  private static int stepsPerEpoch(TrainConfig config, Dataset dataset, int workers) {
    return new ShardedSampler(
            dataset.train(), config.shards(), config.batchPerWorker(), 0, workers, config.seed())
        .stepsPerEpoch();
  }

  /** Of the steps, and of the evaluation after every epoch. */
  private static double seconds(TrainConfig config, Dataset dataset, long steps, StepTimes times) {
    double evaluated = (double) config.epochs() * dataset.test().size();
    return (double) steps * times.stepMillisP50() / MILLIS_PER_SECOND
        + FORWARD_PART * evaluated / times.imagesPerSecond();
  }

  private static String note(List<TrainConfig> plan) {
    return switch (plan.get(0).statistics()) {
      case EMA -> "";
      case PRECISE, BOTH -> ", and measuring population statistics after every epoch";
    };
  }

  /** Megabytes of images that a whole run holds in each worker and a few steps do not. */
  private static double notRead(Dataset dataset, List<StepBenchmark> benchmarks) {
    double read =
        benchmarks.stream().mapToInt(benchmark -> benchmark.config().limit()).max().orElseThrow();
    double part = 1 - Math.min(1, read / dataset.train().size());
    double images = (double) dataset.train().size() + dataset.test().size();
    return part * images * dataset.shape().size() / BYTES_PER_MEGABYTE;
  }

  private static String memory(List<StepTimes> times, int workers, double notRead) {
    double measured =
        times.stream().mapToDouble(StepTimes::peakResidentMegabytes).max().orElseThrow();
    double megabytes = measured + notRead;
    return String.format(
        Locale.ROOT,
        "about %.0f MB a worker, %.1f GB in all %d",
        megabytes,
        workers * megabytes / MEGABYTES_PER_GIGABYTE,
        workers);
  }

  private static String text(double seconds) {
    Duration time = Duration.ofSeconds(Math.max(1, Math.round(seconds)));
    return time.toHours() > 0
        ? "%d h %02d min".formatted(time.toHours(), time.toMinutesPart())
        : "%d min %02d s".formatted(time.toMinutesPart(), time.toSecondsPart());
  }
}
