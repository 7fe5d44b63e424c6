package org.lockstep.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lockstep.examples.report.TextTable;
import org.lockstep.preflight.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what keeps workers from running, here or on a Spark cluster, without running them. */
@Command(
    name = "doctor",
    description =
        "Checks whether workers can run, on this machine or with --master on that Spark cluster:"
            + " prints a line a check, and for each that failed the setting and the value to give.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep doctor --workers 4",
      "  bin/lockstep doctor --master spark://127.0.0.1:7077 --workers 4"
    })
final class DoctorCommand implements Callable<Integer> {
  @Mixin private WorkerOptions workers = new WorkerOptions(2);
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    workers.check();
    List<Finding> findings = workers.examine();
    PrintWriter out = spec.commandLine().getOut();
    out.print(table(findings));
    for (Finding finding : findings) {
      if (finding.severity() != Finding.Severity.OK) {
        out.println();
        out.println(word(finding) + ": " + finding.advice());
      }
    }
    out.flush();
    return Finding.anyProblem(findings) ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private static TextTable table(List<Finding> findings) {
    TextTable table = new TextTable(3, "check", "result", "found");
    findings.forEach(finding -> table.row(finding.check(), word(finding), finding.found()));
    return table;
  }

  private static String word(Finding finding) {
    return finding.severity().name().toLowerCase(Locale.ROOT);
  }
}
