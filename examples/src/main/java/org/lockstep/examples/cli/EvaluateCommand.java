package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.data.Standardization;
import org.lockstep.examples.report.Format;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.Evaluation;
import org.lockstep.train.Evaluator;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Classifies test images with a trained network, in this process. */
@Command(
    name = "evaluate",
    description = "Prints loss and accuracy of a checkpoint on the test images.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep evaluate --checkpoint lockstep-out/train/checkpoint --statistics both"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CheckpointOption place = new CheckpointOption();

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "The data set (default: the one it was trained on).")
  private @Nullable String data;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where its files are (default: where they were in training).")
  private @Nullable Path dataDir;

  @Option(
      names = "--statistics",
      paramLabel = "S",
      converter = StatisticsConverter.class,
      description =
          "What batch norm evaluates with: ema (the running statistics), precise (those of all"
              + " training images of the data set, measured now) or both (default: as in"
              + " training).")
  private @Nullable Statistics statistics;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Checkpoint checkpoint = place.read();
    TrainConfig trained = checkpoint.run().config();
    Dataset dataset = dataset(trained);
    Statistics chosen = statistics == null ? trained.statistics() : statistics;
    Evaluation evaluation = evaluate(checkpoint, dataset, chosen);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "%s with norm %s on %s: loss %s, accuracy %s of %s test images%s"
            .formatted(
                trained.model(),
                trained.norm(),
                dataset.name(),
                Format.loss(evaluation.loss()),
                Format.percent(evaluation.accuracy()),
                Format.count(dataset.test().size()),
                remark(evaluation, chosen)));
    out.flush();
    return ExitCode.OK;
  }

  private static String remark(Evaluation evaluation, Statistics chosen) {
    Double precise = evaluation.accuracyPrecise();
    if (precise == null) {
      return "";
    }
    String figure = chosen == Statistics.BOTH ? ", " + Format.percent(precise) : "";
    return figure + " with population statistics";
  }

  /** Other data come whole; the data of the training as they were limited there. */
  private Dataset dataset(TrainConfig trained) {
    String dir = dataDir == null ? null : dataDir.toAbsolutePath().toString();
    if (data != null && !data.equals(trained.data())) {
      return Preflight.load(data, dir, 0);
    }
    return Preflight.load(trained.data(), dir == null ? trained.dataDir() : dir, trained.limit());
  }

  private static Evaluation evaluate(Checkpoint checkpoint, Dataset dataset, Statistics statistics)
      throws IOException {
    TrainConfig trained = checkpoint.run().config();
    NormSpec norm = NormSpec.parse(trained.norm()).alone();
    try (Communicator solo = InProcessGroup.solo();
        Network network =
            Models.build(
                trained.model(),
                dataset.shape(),
                dataset.classes(),
                norm,
                solo,
                trained.seed(),
                trained.precision())) {
      checkpoint.restore(network);
      Standardization standardization = Standardization.of(dataset.train());
      try (Evaluator evaluator =
          new Evaluator(network, dataset, standardization, norm, solo, statistics)) {
        return evaluator.evaluate(checkpoint.run().step());
      }
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }
}
