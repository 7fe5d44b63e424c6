package org.lockstep.examples.dashboard;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.lockstep.examples.dashboard.RunDirectories.RunDirectory;
import org.lockstep.examples.report.ReportFiles;
import org.lockstep.examples.watch.ProgressFile;

/** Reads the runs anew for every look at them. */
record LiveViews(RunDirectories directories) {
  /**
   * What there is to see now.
   *
   * @param wanted a directory's name; another one: that written to last
   * @param setting of its runs; another one: that of the run under way
   */
  LiveView view(String wanted, String setting) {
    List<RunDirectory> present = directories.list();
    List<String> names = present.stream().map(RunDirectory::name).toList();
    Optional<RunDirectory> directory =
        present.stream()
            .filter(d -> d.name().equals(wanted))
            .findFirst()
            .or(() -> present.stream().findFirst());
    if (directory.isEmpty()) {
      return LiveView.without(
          names,
          "",
          "No runs in " + directories.root() + " yet; this page shows them when they begin");
    }
    try {
      return view(names, directory.get(), setting);
    } catch (IOException | RuntimeException e) { // Whatever is in the file, the others are shown.
      return LiveView.without(
          names, directory.get().name(), "Cannot read the runs: " + e.getMessage());
    }
  }

  private static LiveView view(List<String> names, RunDirectory directory, String setting)
      throws IOException {
    CommandProgress command = CommandProgress.of(ProgressFile.read(directory.path()));
    List<String> settings = command.settings();
    String shown =
        settings.contains(setting) || settings.isEmpty() ? setting : command.current().setting();
    List<RunProgress> runs = command.runsOf(shown);
    Sentences sentences = new Sentences(command);
    String report = ReportFiles.html(directory.path()).getFileName().toString();
    return new LiveView(
        names,
        directory.name(),
        settings,
        shown,
        command.session() == null ? "Lockstep dashboard" : command.session().title(),
        sentences.status(System.currentTimeMillis()),
        sentences.news(),
        command.finished() && directory.file(report).isPresent() ? report : "",
        new LiveTables(command, runs).parts(),
        new LiveCharts(runs, command.norms()).pictures());
  }
}
