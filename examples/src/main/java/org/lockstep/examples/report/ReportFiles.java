package org.lockstep.examples.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a report's files; each is whole or not there. */
public final class ReportFiles {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ReportFiles() {}

  /** Where {@link #write} puts the picture. */
  public static Path html(Path directory) {
    return directory.resolve("report.html");
  }

  /** Where {@link #write} puts the figures. */
  public static Path json(Path directory) {
    return directory.resolve("results.json");
  }

  /** Writes {@code results.json} and {@code report.html}; the directory must exist. */
  public static void write(Path directory, Report report) throws IOException {
    writeJson(json(directory), ResultsFile.of(report.results()));
    writeWhole(html(directory), new HtmlReport(report).render());
  }

  /** Writes a page, and the numbers of its charts as {@code results.json}. */
  public static void write(Path directory, FigurePage page) throws IOException {
    writeJson(json(directory), page.sections());
    writeWhole(html(directory), page.render());
  }

  /** Writes a record as JSON. */
  public static void writeJson(Path file, Object content) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content);
    writeWhole(file, text + "\n");
  }

  /** Writes beside the file and renames, so that no reader and no crash meets half of it. */
  private static void writeWhole(Path file, String text) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
