package org.lockstep.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Gathers the measurements. */
@Command(
    name = "bench",
    description = "Measures the parts.",
    subcommands = {
      BenchAllReduceCommand.class,
      BenchEpochCommand.class,
      BenchNormCommand.class,
      BenchStepCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep bench allreduce --workers 2 --floats 129,1025",
      "  bin/lockstep bench step --model small --norm local,sync --workers 2 --batch 2,8,32"
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected allreduce, epoch, norm or step, found none");
  }
}
