package org.lockstep.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the cases of a directory. */
public final class CaseFolders {
  private static final String ORDER = "cases.json";

  private CaseFolders() {}

  /**
   * The folders of all cases below {@code directory}: those that its {@code cases.json} names, in
   * that order, if there is one, then all others with a {@code case.json}, in alphabetical order.
   * The directory itself, if it is a case.
   *
   * @throws CaseException if it is no directory, holds no case, or its {@code cases.json} is no
   *     list of names
   */
  public static List<Path> of(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CaseException(
          directory
              + ": expected a directory of cases, found "
              + (Files.exists(directory) ? "a file" : "nothing"));
    }
    if (isCase(directory)) {
      return List.of(directory);
    }
    Set<Path> folders = new LinkedHashSet<>(named(directory));
    folders.addAll(present(directory));
    if (folders.isEmpty()) {
      throw new CaseException(
          directory + ": expected a folder with a " + CaseFile.NAME + ", found none");
    }
    return List.copyOf(folders);
  }

  private static boolean isCase(Path folder) {
    return Files.exists(folder.resolve(CaseFile.NAME));
  }

  private static List<Path> named(Path directory) {
    Path file = directory.resolve(ORDER);
    if (!Files.exists(file)) {
      return List.of();
    }
    JsonNode names = CaseFile.parse(file);
    Set<Path> folders = new LinkedHashSet<>();
    for (JsonNode name : names) {
      folders.add(directory.resolve(isFileName(name) ? name.textValue() : ""));
    }
    folders.remove(directory.resolve(""));
    if (!names.isArray() || folders.size() != names.size()) {
      throw CaseFile.error(file + ":", "a list of names of folders, each once", names);
    }
    return List.copyOf(folders);
  }

  private static boolean isFileName(JsonNode name) {
    return name.isTextual() && name.textValue().indexOf('\0') < 0;
  }

  private static List<Path> present(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(CaseFolders::isCase).sorted().toList();
    } catch (IOException e) {
      throw new CaseException(directory + ": cannot be read: " + e, e);
    }
  }
}
