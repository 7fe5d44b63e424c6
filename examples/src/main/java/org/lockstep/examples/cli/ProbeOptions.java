package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.examples.probe.ProbeSetup;
import org.lockstep.examples.report.FigurePage;
import org.lockstep.examples.report.Machine;
import org.lockstep.examples.report.ReportFiles;
import org.lockstep.models.LayerSpec;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.norm.NormSpec;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What both probes are told. */
final class ProbeOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "A model, as for train; its norms are taken out, or are batch norms (default:"
              + " ${DEFAULT-VALUE}).")
  private String model = "vgg";

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps of training (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--every",
      paramLabel = "N",
      description = "Look before the first step and each N later (default: ${DEFAULT-VALUE}).")
  private int every;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images of a step (default: ${DEFAULT-VALUE}).")
  private int batch = 64;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Of plain SGD (default: ${DEFAULT-VALUE}).")
  private double learningRate = 0.01;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Decides initial weights, the order of images and the noise (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report.html and results.json go (default: ${DEFAULT-VALUE}).")
  private Path out;

  /**
   * @param probe names the directory of its report
   * @param steps the default
   * @param every the default
   */
  ProbeOptions(String probe, int steps, int every) {
    out = Path.of("lockstep-out", probe);
    this.steps = steps;
    this.every = every;
  }

  /**
   * How the networks are trained.
   *
   * @throws UsageException if a value is out of its range
   */
  ProbeSetup setup() {
    try {
      return new ProbeSetup(model, batch, steps, every, learningRate, seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  /**
   * What they are trained on.
   *
   * @throws UsageException if it is not there, or the model does not fit it
   */
  Dataset dataset() {
    Dataset dataset = data.load();
    Preflight.checkAlone(model, dataset, batch, seed);
    return dataset;
  }

  /**
   * Refuses residual blocks, whose layers are behind their norms when they can be looked at.
   *
   * @throws UsageException if the model has such
   */
  void requireNoBlocks(Dataset dataset) {
    try (Communicator solo = InProcessGroup.solo();
        Network network =
            Models.build(
                model, dataset.shape(), dataset.classes(), NormSpec.parse("none"), solo, seed)) {
      if (network.plan().stream().anyMatch(layer -> layer instanceof LayerSpec.ResidualBlock)) {
        throw new UsageException(
            "--model: expected one without residual blocks, whose inside is not looked at, found "
                + model);
      }
    }
  }

  /**
   * Where the report goes.
   *
   * @throws UsageException if nothing can be written there
   */
  Path directory() {
    return OutputDirectory.prepare(out);
  }

  /** The page of a probe. */
  interface Pages {
    FigurePage page(String subtitle, String command, Map<String, String> facts);
  }

  /**
   * Writes a probe's page into the directory, and says so behind its table.
   *
   * @param at the command that runs; gives the name and the stream
   */
  void write(CommandLine at, Path directory, Object table, Pages report) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Optimizer", "plain SGD, learning rate " + learningRate);
    facts.put("Initial weights", "He et al. 2015");
    facts.put("Seed", Long.toString(seed));
    Machine machine = Machine.here();
    facts.put("Processor", machine.processor());
    facts.put("System", machine.system());
    facts.put("JVM", machine.jvm());
    String subtitle =
        model
            + " on "
            + data.name()
            + ", "
            + steps
            + " steps of "
            + batch
            + " images, in one process";
    ReportFiles.write(directory, report.page(subtitle, command(at.getCommandName()), facts));
    PrintWriter text = at.getOut();
    text.print(table);
    text.println("report: " + ReportFiles.html(directory));
    text.flush();
  }

  private String command(String probe) {
    return "bin/lockstep probe "
        + probe
        + RepeatCommand.option("model", model)
        + data.repeated()
        + RepeatCommand.option("steps", steps)
        + RepeatCommand.option("every", every)
        + RepeatCommand.option("batch", batch)
        + RepeatCommand.option("learning-rate", learningRate)
        + RepeatCommand.option("seed", seed);
  }
}
