package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A directory of files that appears as a whole or not at all: it is written beside its place,
 * forced to disk and then renamed.
 *
 * @param path its place
 */
record CheckpointDirectory(Path path) {
  CheckpointDirectory {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * Writes all files. An older checkpoint in the same place gives way; anything else there does
   * not.
   */
  void write(Map<String, byte[]> files) throws IOException {
    if (Files.exists(path) && !Files.exists(path.resolve(Manifest.FILE))) {
      throw new CheckpointException(
          path + ": expected a checkpoint to replace, or nothing, found something else");
    }
    Files.createDirectories(path.getParent());
    Path fresh = beside(".tmp-");
    delete(fresh);
    Files.createDirectory(fresh);
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        writeDurably(fresh.resolve(file.getKey()), file.getValue());
      }
      sync(fresh);
      putInPlace(fresh);
    } finally {
      delete(fresh);
    }
  }

  private Path beside(String prefix) {
    return path.resolveSibling(prefix + path.getFileName());
  }

  private void putInPlace(Path fresh) throws IOException {
    Path old = beside(".old-");
    delete(old);
    if (Files.exists(path)) {
      Files.move(path, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    sync(Objects.requireNonNull(path.getParent(), "a checkpoint is never the root"));
    delete(old);
  }

  private static void writeDurably(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** Forces the names in a directory to disk. */
  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      for (Path file : list(directory)) {
        Files.delete(file);
      }
      Files.delete(directory);
    }
  }

  /** The whole content of one file. */
  byte[] read(String name) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new CheckpointException("checkpoint " + path + ": there is no such directory");
    }
    Path file = path.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          "checkpoint " + path + " is not complete: " + name + " is missing");
    }
    return Files.readAllBytes(file);
  }

  /** The directories in {@code parent} that may be checkpoints; none where there is no parent. */
  static List<String> among(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    return list(parent).stream()
        .filter(CheckpointDirectory::mayBeCheckpoint)
        .map(path -> path.getFileName().toString())
        .toList();
  }

  /** Deletes it, so that what is left if that is interrupted is no checkpoint. */
  void delete() throws IOException {
    if (Files.exists(path)) {
      Files.deleteIfExists(path.resolve(Manifest.FILE));
      delete(path);
    }
  }

  private static boolean mayBeCheckpoint(Path path) {
    return Files.isDirectory(path) && !path.getFileName().toString().startsWith(".");
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }
}
