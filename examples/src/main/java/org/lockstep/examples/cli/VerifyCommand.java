package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lockstep.examples.report.TextTable;
import org.lockstep.nn.Precision;
import org.lockstep.verify.CaseException;
import org.lockstep.verify.CaseFolders;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds what Lockstep computes against figures that PyTorch computed in float64. */
@Command(
    name = "verify",
    description = {
      "Runs golden cases: computes on as many ranks as each is for, and holds the results against"
          + " those that PyTorch computed in float64 on the whole batch.",
      "A case whose inputs are float64 is run in float64 only. A line shows the quantity whose"
          + " error is the largest part of its tolerance, behind @ the step. A case that cannot be"
          + " read does not keep the others from running, but decides the exit code."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:all cases passed",
      "1:one failed",
      "2:the directory, a case or the command line cannot be read, whatever else happened"
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bin/lockstep verify --cases trainer/src/test/resources/golden"})
final class VerifyCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Option(
      names = "--cases",
      required = true,
      paramLabel = "DIR",
      description = "The folder of a case, or of folders of cases.")
  private Path directory = Path.of("");

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "float32, float64, all (default: ${DEFAULT-VALUE}).")
  private String precision = ALL;

  @Option(
      names = "--workers",
      paramLabel = "KIND",
      description = "in-process (threads), processes (default: ${DEFAULT-VALUE}).")
  private String workers = "in-process";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    VerifySession session = new VerifySession(precisions());
    List<CaseResult> results;
    try (CaseRunner runner = runner()) {
      folders().forEach(session::read);
      results = session.run(runner);
    }
    session.unreadable().forEach(this::complain);
    print(results);
    if (!session.unreadable().isEmpty()) {
      return ExitCode.USAGE;
    }
    return count(results, CaseResult.Outcome.FAIL) == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<Precision> precisions() {
    Map<String, List<Precision>> choices =
        Map.of(
            "float32",
            List.of(Precision.FLOAT32),
            "float64",
            List.of(Precision.FLOAT64),
            ALL,
            List.of(Precision.FLOAT32, Precision.FLOAT64));
    List<Precision> chosen = choices.get(precision);
    if (chosen == null) {
      throw new UsageException(
          "--precision: expected float32, float64 or all, found '" + precision + "'");
    }
    return chosen;
  }

  private CaseRunner runner() throws IOException {
    return switch (workers) {
      case "in-process" -> CaseRunner.inProcess();
      case "processes" -> new ProcessCaseRunner();
      default ->
          throw new UsageException(
              "--workers: expected in-process or processes, found '" + workers + "'");
    };
  }

  private List<Path> folders() {
    try {
      return CaseFolders.of(directory);
    } catch (CaseException e) {
      throw new UsageException(e);
    }
  }

  private void complain(String sentence) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(spec.qualifiedName() + ": " + sentence);
    err.flush();
  }

  private void print(List<CaseResult> results) {
    TextTable table =
        new TextTable(7, "case", "precision", "worst", "error", "tolerance", "result", "");
    results.forEach(result -> table.row(result.cells().toArray(String[]::new)));
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.printf(
        "%d passed, %d failed%n",
        count(results, CaseResult.Outcome.PASS), count(results, CaseResult.Outcome.FAIL));
    out.flush();
  }

  private static long count(List<CaseResult> results, CaseResult.Outcome outcome) {
    return results.stream().filter(result -> result.outcome() == outcome).count();
  }
}
