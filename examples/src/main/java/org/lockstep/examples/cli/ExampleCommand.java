package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.tutorial.BatchNormArithmetic;
import org.lockstep.examples.tutorial.TutorialNet;
import org.lockstep.examples.tutorial.Variants;
import org.lockstep.spark.tutorial.ParquetTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Gathers the examples. */
@Command(
    name = "example",
    description = "Shows what batch norm does, and how to train on Parquet, on small examples.",
    subcommands = {
      ExampleCommand.Tutorial.class,
      ExampleCommand.VariantsOfBatchNorm.class,
      BatchesExample.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep example arithmetic",
      "  bin/lockstep example parquet --master 'local[2]'",
      "  bin/lockstep example tutorial",
      "  bin/lockstep example variants",
      "  bin/lockstep example batches"
    })
final class ExampleCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "expected arithmetic, parquet, tutorial, variants or batches, found none");
  }

  @Command(
      name = "arithmetic",
      description = "Normalizes numbers that one can check by hand, over one, two and three ranks.",
      footerHeading = "%nExamples:%n",
      footer = "  bin/lockstep example arithmetic")
  void arithmetic() {
    PrintWriter out = spec.commandLine().getOut();
    BatchNormArithmetic.print(out);
    out.flush();
  }

  @Command(
      name = "parquet",
      description = "Writes the embedded digits as Parquet and trains on the files, on Spark.",
      footerHeading = "%nExamples:%n",
      footer = "  bin/lockstep example parquet --master 'local[2]'")
  void parquet(
      @Option(
              names = "--master",
              paramLabel = "URL",
              description = "Spark's master; local[2] is this JVM.")
          @Nullable String master,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              defaultValue = "lockstep-out/parquet",
              description = "Where the files go (default: ${DEFAULT-VALUE}).")
          Path directory) {
    String url = master == null ? System.getProperty("spark.master") : master;
    if (url == null) {
      throw new UsageException(
          "expected --master URL, found none; --master 'local[2]' needs no cluster");
    }
    PrintWriter out = spec.commandLine().getOut();
    ParquetTraining.run(out, url, directory.toAbsolutePath().toString());
    out.flush();
  }

  /** See {@link TutorialNet}. */
  @Command(
      name = "tutorial",
      description =
          "Trains a tutorial's network as it fails and as it learns, and with and without batch norm at"
              + " learning rates up to 3.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  bin/lockstep example tutorial",
        "  bin/lockstep example tutorial --data fashion-mnist --data-dir DIR"
      })
  static final class Tutorial implements Callable<Integer> {
    @Mixin private StudyOptions options = new StudyOptions("tutorial", 5, 256);
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      return options.write(spec.commandLine(), TutorialNet.MODEL, TutorialNet::page);
    }
  }

  /** See {@link Variants}. */
  @Command(
      name = "variants",
      description =
          "Trains with batch norm before and after the ReLU, with and without scale and shift, with"
              + " momenta of 0.5, 0.9 and 0.99, and tests on brighter and darker images.",
      footerHeading = "%nExamples:%n",
      footer = "  bin/lockstep example variants --epochs 3")
  static final class VariantsOfBatchNorm implements Callable<Integer> {
    @Mixin private StudyOptions options = new StudyOptions("variants", 5, 32);
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      return options.write(spec.commandLine(), Variants.LIKE, Variants::page);
    }
  }
}
