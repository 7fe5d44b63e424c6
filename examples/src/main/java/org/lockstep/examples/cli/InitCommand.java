package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a project to begin with. */
@Command(
    name = "init",
    description = "Writes a small Maven project with a model of your own, its test and a README.",
    footerHeading = "%nExamples:%n",
    footer = "  bin/lockstep init my-model --package com.example")
final class InitCommand implements Callable<Integer> {
  /** What Maven takes for the name of an artifact. */
  private static final String NAME = "[A-Za-z0-9_.-]*[A-Za-z0-9_-]";

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description =
          "Where it goes: a directory that is empty or not there yet; its name is the"
              + " project's.")
  private Path directory = Path.of("");

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = "Java package of the model (default: ${DEFAULT-VALUE}).")
  private String packageName = "com.example";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path project = directory.toAbsolutePath().normalize();
    Path last = project.getFileName();
    String name = last == null ? "" : last.toString();
    if (!name.matches(NAME)) {
      throw new UsageException(
          "expected a directory named with letters, digits, '-', '_' and '.', found " + project);
    }
    if (!SourceVersion.isName(packageName)) {
      throw new UsageException(
          "--package: expected a Java package as com.example, found '" + packageName + "'");
    }
    requireEmpty(project);
    String[] version = spec.root().version()[0].split(" ");
    ProjectTemplate template =
        new ProjectTemplate(project, name, packageName, version[version.length - 1]);
    template.write();
    say(project, template);
    return ExitCode.OK;
  }

  private static void requireEmpty(Path project) throws IOException {
    if (!Files.exists(project)) {
      return;
    }
    if (!Files.isDirectory(project)) {
      throw new UsageException(project + ": expected an empty directory or none, found a file");
    }
    try (Stream<Path> files = Files.list(project)) {
      List<Path> found = files.sorted().limit(1).toList();
      if (!found.isEmpty()) {
        throw new UsageException(
            "%s: expected an empty directory or none, found %s in it; name another"
                .formatted(project, found.get(0).getFileName()));
      }
    }
  }

  private void say(Path project, ProjectTemplate template) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Wrote " + project + ". In Lockstep's checkout:");
    out.println("  mvn -q install -DskipTests -Dassembly.skip     # once");
    out.println("  mvn -q -f " + RepeatCommand.quoted(project.toString()) + " package");
    out.println(
        "  LOCKSTEP_CLASSPATH="
            + template.classes()
            + " bin/lockstep train --model "
            + packageName
            + ".Narrow --workers 2 --batch 8 --epochs 2");
    out.flush();
  }
}
