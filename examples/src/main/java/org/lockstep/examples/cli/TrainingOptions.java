package org.lockstep.examples.cli;

import static org.lockstep.train.TrainConfig.DEFAULT;

import org.lockstep.data.Shards;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every training run is told, whichever command starts it. */
final class TrainingOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "small, small-dense, lenet-bn, vgg, resnet8, resnet20, resnet18, or the class name of a Model"
              + " of your own (default: ${DEFAULT-VALUE}).")
  private String model = DEFAULT.model();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training images (default: ${DEFAULT-VALUE}).")
  private int epochs = DEFAULT.epochs();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides initial weights and the order of images (default: ${DEFAULT-VALUE}).")
  private long seed = DEFAULT.seed();

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Peak learning rate of SGD (default: ${DEFAULT-VALUE}).")
  private double learningRate = DEFAULT.learningRate();

  @Option(
      names = "--momentum",
      paramLabel = "X",
      description = "Momentum of SGD, 0 to below 1 (default: ${DEFAULT-VALUE}).")
  private double momentum = DEFAULT.momentum();

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "Weight decay of SGD (default: ${DEFAULT-VALUE}).")
  private double weightDecay = DEFAULT.weightDecay();

  @Option(names = "--nesterov", description = "Use Nesterov's momentum.")
  private boolean nesterov = DEFAULT.nesterov();

  @Option(
      names = "--schedule",
      paramLabel = "S",
      description =
          "Learning rate over time: constant, step:K[:F] (times F, 0.1 if not given, every K"
              + " epochs) or cosine, perhaps behind warmup:E, (default: ${DEFAULT-VALUE}).")
  private String schedule = DEFAULT.schedule();

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after N epochs without a lower test loss; 0: never (default: ${DEFAULT-VALUE}).")
  private int patience = DEFAULT.patience();

  @Option(
      names = "--precision",
      paramLabel = "P",
      converter = PrecisionConverter.class,
      description =
          "Of activations and convolutions: float32 or bf16; everything else is float32"
              + " (default: ${DEFAULT-VALUE}).")
  private Precision precision = DEFAULT.precision();

  @Option(
      names = "--augment",
      paramLabel = "A",
      description =
          "Varies training images: flip (half of them mirrored), crop:N (cut out of N pixels of padding),"
              + " flip,crop:N, or none (default: ${DEFAULT-VALUE}).")
  private String augment = DEFAULT.augment();

  /**
   * The whole configuration of one run.
   *
   * @throws UsageException if a value is out of its range
   */
  TrainConfig config(String norm, Shards shards, int batchPerWorker, Statistics statistics) {
    try {
      return new TrainConfig(
          model,
          NormSpec.parse(norm).toString(),
          data.name(),
          data.directory(),
          data.limit(),
          shards,
          batchPerWorker,
          epochs,
          seed,
          learningRate,
          momentum,
          weightDecay,
          nesterov,
          schedule,
          statistics,
          patience,
          precision,
          augment);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }
}
