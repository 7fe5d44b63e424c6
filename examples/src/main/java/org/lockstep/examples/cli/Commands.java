package org.lockstep.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.rendezvous.ClusterException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The root of the command line. Exit codes: 0 well, 1 a run failed, 2 wrong usage; whatever goes
 * wrong is one sentence on the error stream.
 */
@Command(
    name = "lockstep",
    description = "Trains convolutional networks data-parallel with synchronized batch norm.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    version = "lockstep 0.1.0-SNAPSHOT",
    subcommands = {
      CompareCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      DashboardCommand.class,
      VerifyCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      ExampleCommand.class,
      InitCommand.class,
      ProbeCommand.class,
      GenerateCompletion.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep compare --norms local,sync,group:4 --batch 2 --workers 4",
      "  bin/lockstep train --model resnet20 --norm sync --workers 2",
      "  source <(bin/lockstep generate-completion)"
    })
public final class Commands implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Say where an error arose, with a stack trace.")
  private boolean verbose;

  @Option(
      names = Settings.CONFIG,
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Properties for options that are not given: epochs = 5, or for one command train.epochs = 5."
              + " Before the file the environment counts, LOCKSTEP_EPOCHS.")
  @SuppressWarnings("unused") // Settings must read it before the other options are parsed.
  private @Nullable Path config;

  private Commands() {}

  /**
   * Executes a command.
   *
   * @return the exit code
   */
  public static int execute(Map<String, String> environment, String... args) {
    CommandLine root = commandLine();
    try {
      root.setDefaultValueProvider(Settings.of(root, environment, args));
    } catch (UsageException e) {
      say(root, firstLine(e));
      return ExitCode.USAGE;
    }
    return root.execute(args);
  }

  /** The parser with all commands; {@code execute} returns the exit code and ends no JVM. */
  static CommandLine commandLine() {
    Commands root = new Commands();
    return new CommandLine(root)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler(Commands::wrongUsage)
        .setExecutionExceptionHandler(root::failure);
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command, found none");
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine at = e.getCommandLine();
    say(at, firstLine(e) + " ('" + at.getCommandSpec().qualifiedName() + " --help' helps)");
    return ExitCode.USAGE;
  }

  private int failure(Exception e, CommandLine at, ParseResult parsed) {
    say(at, firstLine(e));
    if (e instanceof ClusterException failed) {
      at.getErr().print(failed.report().brief());
    }
    if (verbose) {
      e.printStackTrace(at.getErr());
    }
    at.getErr().flush();
    return e instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  private static void say(CommandLine at, String sentence) {
    PrintWriter err = at.getErr();
    err.println(at.getCommandSpec().qualifiedName() + ": " + sentence);
    err.flush();
  }

  /** The message; an exception without one has at least a name. */
  static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
  }
}
