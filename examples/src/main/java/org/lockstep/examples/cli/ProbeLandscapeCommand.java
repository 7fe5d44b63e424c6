package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lockstep.data.Dataset;
import org.lockstep.examples.probe.LandscapeProbe;
import org.lockstep.examples.probe.LandscapeReport;
import org.lockstep.examples.probe.ProbeSetup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** How smooth the loss is along its gradient. */
@Command(
    name = "landscape",
    description =
        "Trains without norm, with batch norm and with noise behind batch norm, and measures how loss"
            + " and gradient change along the gradient.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep probe landscape",
      "  bin/lockstep probe landscape --model small --steps 40 --every 2 --out landscape"
    })
final class ProbeLandscapeCommand implements Callable<Integer> {
  @Mixin private ProbeOptions options = new ProbeOptions("landscape", 150, 5);
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ProbeSetup setup = options.setup();
    Dataset dataset = options.dataset();
    Path directory = options.directory();
    LandscapeReport report = new LandscapeReport(LandscapeProbe.run(setup, dataset));
    options.write(spec.commandLine(), directory, report.table(), report::page);
    return ExitCode.OK;
  }
}
