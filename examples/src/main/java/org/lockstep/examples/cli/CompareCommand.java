package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.lockstep.data.Shards;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains every norm from the same weights on the same batches and reports what it made of them. */
@Command(
    name = "compare",
    description =
        "Compares norms: trains each from the same initial weights on the same batches, for every"
            + " combination of shards and batch, and writes report.html and results.json.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep compare --norms local,sync,group:4 --shards shuffled,by-label --batch 2",
      "  bin/lockstep compare --batch 1,2,4,8 --norms local,sync --epochs 5",
      "  bin/lockstep compare --model resnet20 --dry-run"
    })
final class CompareCommand implements Callable<Integer> {
  @Option(
      names = "--norms",
      split = ",",
      defaultValue = "local,sync,group",
      paramLabel = "NORM",
      description = NormSpec.NAMES + " (default: ${DEFAULT-VALUE}).")
  private List<String> norms = List.of();

  @Option(
      names = "--shards",
      split = ",",
      defaultValue = "shuffled,by-label",
      paramLabel = "SHARDS",
      converter = ShardsConverter.class,
      description = "How images are dealt: shuffled, by-label, uneven (default: ${DEFAULT-VALUE}).")
  private List<Shards> shards = List.of();

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "2",
      paramLabel = "N",
      description = "Images a worker takes per step (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches = List.of();

  @Mixin private WorkerOptions workers = new WorkerOptions(8);
  @Mixin private RecoveryOptions recovery = new RecoveryOptions();
  @Mixin private TrainingOptions training = new TrainingOptions();
  @Mixin private StatisticsOption statistics = new StatisticsOption();
  @Mixin private DryRun dryRun = new DryRun();
  @Mixin private WatchOption watched = new WatchOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("lockstep-out", "compare");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    workers.check();
    recovery.refuseFewer(workers.workers());
    List<TrainConfig> plan = plan();
    if (dryRun.asked()) {
      return dryRun.print(plan, workers, recovery, spec.commandLine());
    }
    String command = RepeatCommand.compare(plan, workers.workers()) + workers.masterOption();
    return new TrainingSession(
            "Lockstep comparison", command, workers, recovery, out, spec.commandLine())
        .run(plan, null, null, watched);
  }

  /** The norms of one setting come one after the other. */
  private List<TrainConfig> plan() {
    List<TrainConfig> plan = new ArrayList<>();
    for (int batch : batches) {
      for (Shards dealt : shards) {
        for (String norm : norms) {
          plan.add(training.config(norm, dealt, batch, statistics.statistics()));
        }
      }
    }
    return plan.stream().distinct().toList();
  }
}
