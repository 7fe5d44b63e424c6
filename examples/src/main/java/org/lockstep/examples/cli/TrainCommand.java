package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "  bin/lockstep train --model resnet20 --epochs 100 --dry-run",
      "  bin/lockstep train --checkpoint-every 50 --out lockstep-out/long",
      "  bin/lockstep train --checkpoint-every 50 --out lockstep-out/long --resume"
    })
final class TrainCommand implements Callable<Integer> {
  @Mixin private RunOptions run = new RunOptions();
  @Mixin private WorkerOptions workers = new WorkerOptions(2);
  @Mixin private RecoveryOptions recovery = new RecoveryOptions();
  @Mixin private SavingOptions saving = new SavingOptions();
  @Mixin private StatisticsOption statistics = new StatisticsOption();
  @Mixin private DryRun dryRun = new DryRun();
  @Mixin private WatchOption watched = new WatchOption();

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
    TrainConfig config = run.config(statistics.statistics());
    if (dryRun.asked()) {
      saving.checkDryRun(out);
      return dryRun.print(List.of(config), workers, recovery, spec.commandLine());
    }
    String command =
        RepeatCommand.train(config, workers.workers())
            + workers.masterOption()
            + saving.repeated(out);
    return new TrainingSession(
            "Lockstep training run", command, workers, recovery, out, spec.commandLine())
        .run(List.of(config), saving, trace, watched);
  }
}
