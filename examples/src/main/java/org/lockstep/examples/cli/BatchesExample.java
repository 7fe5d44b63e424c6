package org.lockstep.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.lockstep.data.Shards;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The figure of Wu and He (2018), Group Normalization: the error against the images a worker takes
 * per step, for norms that look at the batch and norms that do not. The learning rate grows with
 * the batch, as there and in Goyal et al. (2017), section 2.1.
 */
@Command(
    name = "batches",
    description =
        "Draws the error of local BN, Sync-BN, GroupNorm, LayerNorm and InstanceNorm against the"
            + " images per worker: 1, 2, 4, 8, 16 and 32. --learning-rate is for 2 images per worker"
            + " and grows with them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep example batches",
      "  bin/lockstep example batches --workers 4 --batch 1,4,16 --epochs 5"
    })
final class BatchesExample implements Callable<Integer> {
  private static final double RATE_IS_FOR = TrainConfig.DEFAULT.batchPerWorker();

  @Option(
      names = "--norms",
      split = ",",
      defaultValue = "local,sync,group,layer,instance",
      paramLabel = "NORM",
      description = "As for compare (default: ${DEFAULT-VALUE}).")
  private List<String> norms = List.of();

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "1,2,4,8,16,32",
      paramLabel = "N",
      description = "Images a worker takes per step (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches = List.of();

  @Mixin private WorkerOptions workers = new WorkerOptions(8);
  @Mixin private RecoveryOptions recovery = new RecoveryOptions();
  @Mixin private TrainingOptions training = new TrainingOptions();
  @Mixin private StatisticsOption statistics = new StatisticsOption();
  @Mixin private WatchOption watched = new WatchOption();
  @Mixin private DryRun dryRun = new DryRun();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("lockstep-out", "batches");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    workers.check();
    recovery.refuseFewer(workers.workers());
    List<TrainConfig> stated = new ArrayList<>();
    for (int batch : batches) {
      for (String norm : norms) {
        stated.add(training.config(norm, Shards.SHUFFLED, batch, statistics.statistics()));
      }
    }
    List<TrainConfig> plan = stated.stream().distinct().map(BatchesExample::scaled).toList();
    if (dryRun.asked()) {
      return dryRun.print(plan, workers, recovery, spec.commandLine());
    }
    String command = RepeatCommand.batches(stated, workers.workers()) + workers.masterOption();
    return new TrainingSession(
            "Error against images per worker", command, workers, recovery, out, spec.commandLine())
        .run(plan, null, null, watched);
  }

  private static TrainConfig scaled(TrainConfig config) {
    return config.withLearningRate(config.learningRate() * config.batchPerWorker() / RATE_IS_FOR);
  }
}
