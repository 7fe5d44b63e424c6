package org.lockstep.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Gathers the probes. */
@Command(
    name = "probe",
    description = "Looks into networks while they train, with and without batch norm.",
    subcommands = {ProbeLandscapeCommand.class, ProbeActivationsCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {"  bin/lockstep probe landscape", "  bin/lockstep probe activations"})
final class ProbeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected landscape or activations, found none");
  }
}
