package org.lockstep.examples.cli;

import java.io.PrintWriter;
import org.lockstep.examples.tutorial.BatchNormArithmetic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Gathers the examples. */
@Command(
    name = "example",
    description = "Shows what batch norm does, on small examples.",
    footerHeading = "%nExamples:%n",
    footer = "  bin/lockstep example arithmetic")
final class ExampleCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected arithmetic, found none");
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
}
