package org.lockstep.examples.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.lockstep.examples.watch.ProgressFile;

/**
 * The directories below a root in which a command wrote its {@code progress.jsonl}. Nothing else is
 * ever looked up by a name from outside, and no symbolic link is followed.
 */
record RunDirectories(Path root) {
  private static final int DEPTH = 4;

  /**
   * One of them.
   *
   * @param name relative to the root, with slashes; {@code .} for the root itself
   */
  record RunDirectory(String name, Path path, FileTime changed) {
    /** A file in it, if it is there. */
    Optional<Path> file(String name) {
      Path file = path.resolve(name);
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(file)
          : Optional.empty();
    }
  }

  /** Those that are there now, the one written to last first. */
  List<RunDirectory> list() {
    List<RunDirectory> found = new ArrayList<>();
    try {
      Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), DEPTH, new Visitor(found));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.comparing(RunDirectory::changed).reversed());
    return found;
  }

  private String name(Path directory) {
    String name = root.relativize(directory).toString();
    return name.isEmpty() ? "." : name.replace(directory.getFileSystem().getSeparator(), "/");
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final List<RunDirectory> found;

    Visitor(List<RunDirectory> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Path parent = file.getParent();
      if (attributes.isRegularFile() && file.endsWith(ProgressFile.NAME) && parent != null) {
        found.add(new RunDirectory(name(parent), parent, attributes.lastModifiedTime()));
      }
      return FileVisitResult.CONTINUE;
    }

    /** It may be gone since, or another's. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }
}
