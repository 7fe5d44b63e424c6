package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lockstep.data.Shards;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains one model and keeps it. */
@Command(
    name = "train",
    description = "Trains one model and writes report.html, results.json and checkpoints.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep train --model lenet-bn --norm sync --workers 2 --batch 32 --epochs 2",
      "  bin/lockstep train --checkpoint-every 50 --out lockstep-out/long",
      "  bin/lockstep train --checkpoint-every 50 --out lockstep-out/long --resume"
    })
final class TrainCommand implements Callable<Integer> {
  @Option(
      names = "--norm",
      paramLabel = "NORM",
      description = NormSpec.NAMES + " (default: ${DEFAULT-VALUE}).")
  private String norm = TrainConfig.DEFAULT.norm();

  @Option(
      names = "--shards",
      paramLabel = "SHARDS",
      converter = ShardsConverter.class,
      description =
          "How images are dealt: shuffled, by-label or uneven (default: ${DEFAULT-VALUE}).")
  private Shards shards = TrainConfig.DEFAULT.shards();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images a worker takes per step (default: ${DEFAULT-VALUE}).")
  private int batch = 32;

  @Mixin private WorkerOptions workers = new WorkerOptions(2);
  @Mixin private RecoveryOptions recovery = new RecoveryOptions();
  @Mixin private SavingOptions saving = new SavingOptions();
  @Mixin private TrainingOptions training = new TrainingOptions();
  @Mixin private StatisticsOption statistics = new StatisticsOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report and checkpoint go (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("lockstep-out", "train");

  @Option(
      names = "--trace",
      paramLabel = "DIR",
      description =
          "Write what every worker did when, in the format of Chrome's about:tracing and Perfetto:"
              + " trace.json, and rank-N.json of each worker, which on Spark is written on its"
              + " executor's host; what the driver sees of them goes to its trace.json. Times are"
              + " those of the hosts' clocks.")
  private @Nullable Path trace;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    TrainConfig config = training.config(norm, shards, batch, statistics.statistics());
    String command = RepeatCommand.train(config, workers.workers()) + workers.masterOption();
    return new TrainingSession(
            "Lockstep training run", command, workers, recovery, out, spec.commandLine())
        .run(List.of(config), saving, trace);
  }
}
