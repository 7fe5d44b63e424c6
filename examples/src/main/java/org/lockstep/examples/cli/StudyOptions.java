package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Function;
import org.lockstep.data.Dataset;
import org.lockstep.examples.report.FigurePage;
import org.lockstep.examples.report.ReportFiles;
import org.lockstep.examples.tutorial.Study;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What an example that trains in this process is told. */
final class StudyOptions {
  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training images (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides initial weights and the order of images (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report.html and results.json go (default: ${DEFAULT-VALUE}).")
  private Path out;

  StudyOptions(String name, int epochs, int batch) {
    this.epochs = epochs;
    this.batch = batch;
    out = Path.of("lockstep-out", name);
  }

  /**
   * Makes the page and writes it.
   *
   * @param model what must fit the images
   * @return the exit code
   * @throws UsageException before anything is trained, if an option is out of its range
   */
  int write(CommandLine at, String model, Function<Study, FigurePage> example) throws IOException {
    PrintWriter text = at.getOut();
    Dataset dataset = data.load();
    Study study = study(at, dataset, text);
    Preflight.checkAlone(model, dataset, batch, seed);
    Path directory = OutputDirectory.prepare(out);
    FigurePage page = example.apply(study);
    ReportFiles.write(directory, page);
    text.println();
    text.println("report  " + ReportFiles.html(directory));
    text.println("results " + ReportFiles.json(directory));
    text.flush();
    return ExitCode.OK;
  }

  private Study study(CommandLine at, Dataset dataset, PrintWriter text) {
    String command = RepeatCommand.example(at.getCommandName(), data, epochs, batch, seed);
    try {
      return new Study(
          dataset,
          epochs,
          batch,
          seed,
          command,
          line -> {
            text.println(line);
            text.flush();
          });
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }
}
