package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lockstep.data.Dataset;
import org.lockstep.examples.probe.ActivationProbe;
import org.lockstep.examples.probe.ActivationReport;
import org.lockstep.examples.probe.ProbeSetup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What goes through a network in the first steps. */
@Command(
    name = "activations",
    description =
        "Trains with and without batch norm for a few steps, and measures activations and gradients"
            + " of each layer, and the loss against the size of a step.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep probe activations",
      "  bin/lockstep probe activations --model lenet-bn --steps 10 --out activations"
    })
final class ProbeActivationsCommand implements Callable<Integer> {
  @Mixin private ProbeOptions options = new ProbeOptions("activations", 40, 4);
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ProbeSetup setup = options.setup();
    Dataset dataset = options.dataset();
    options.requireNoBlocks(dataset);
    Path directory = options.directory();
    ActivationReport report = new ActivationReport(ActivationProbe.run(setup, dataset));
    options.write(spec.commandLine(), directory, report.table(), report::page);
    return ExitCode.OK;
  }
}
