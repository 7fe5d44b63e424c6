package org.lockstep.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints in a directory of this machine, or one that it has mounted. A checkpoint is written
 * into {@code .tmp-*}, forced to disk, renamed to its name and never changed again; it is renamed
 * to {@code .del-*} before its files are deleted. So each name is there with all files or not at
 * all, wherever the process is killed and, as far as {@link Disk} says, the power cut.
 *
 * <p>A place belongs to one run. What writers before have left goes with the next write; should one
 * of them still be at work, it loses its directory as a whole, and its write fails.
 */
public final class LocalStore implements CheckpointStore {
  private static final Logger log = LoggerFactory.getLogger(LocalStore.class);

  private static final String FRESH = ".tmp-";
  private static final String DOOMED = ".del-";

  private final Path parent;
  private final Disk disk;

  /**
   * @param parent made with the first checkpoint
   */
  public LocalStore(Path parent) {
    this(parent, new Disk());
  }

  LocalStore(Path parent, Disk disk) {
    this.parent = parent.toAbsolutePath().normalize();
    this.disk = disk;
  }

  @Override
  public boolean write(String name, Map<String, byte[]> files) throws IOException {
    Path place = parent.resolve(name);
    if (Files.exists(place)) {
      return false;
    }
    Path fresh = beside(FRESH);
    try {
      makeDurably(parent);
      sweep();
      disk.makeDirectory(fresh);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        disk.write(fresh.resolve(file.getKey()), file.getValue());
      }
      disk.force(fresh);
      return publish(fresh, place);
    } catch (IOException e) {
      throw new CheckpointException("cannot write the checkpoint " + place + ": " + describe(e), e);
    } finally {
      removeIfPossible(fresh);
    }
  }

  private Path beside(String prefix) {
    return parent.resolve(prefix + UUID.randomUUID());
  }

  private void makeDurably(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path above = Objects.requireNonNull(directory.getParent(), "the root is there");
      makeDurably(above);
      disk.makeDirectory(directory);
      disk.force(above);
    }
  }

  /** Whether it got the name, which somebody else may have taken since. */
  private boolean publish(Path fresh, Path place) throws IOException {
    try {
      disk.rename(fresh, place);
    } catch (IOException e) {
      if (Files.exists(place)) {
        return false;
      }
      throw e;
    }
    disk.force(parent);
    return true;
  }

  private void sweep() throws IOException {
    for (Path left : list()) {
      String name = left.getFileName().toString();
      if (name.startsWith(FRESH)) {
        discard(left);
      } else if (name.startsWith(DOOMED)) {
        removeIfPossible(left);
      }
    }
  }

  /** The rename comes first, so that no part of it can get a checkpoint's name any more. */
  private void discard(Path directory) throws IOException {
    Path doomed = beside(DOOMED);
    try {
      disk.rename(directory, doomed);
    } catch (NoSuchFileException e) {
      return; // Its writer, or another one's sweep, was faster.
    }
    removeIfPossible(doomed);
  }

  private void removeIfPossible(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        disk.delete(path);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn("Cannot delete {}, which is no checkpoint: {}", directory, e.toString());
    }
  }

  @Override
  public byte[] read(String name, String file) throws IOException {
    Path directory = parent.resolve(name);
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException("checkpoint " + directory + ": there is no such directory");
    }
    Path path = directory.resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(
          "checkpoint " + directory + " is not complete: " + file + " is missing");
    }
    try {
      return Files.readAllBytes(path);
    } catch (FileSystemException e) {
      throw new CheckpointException("cannot read " + describe(e), e);
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /** The file and what is wrong with it; of some causes Java tells only the class. */
  private static String describe(IOException e) {
    if (!(e instanceof FileSystemException known) || known.getReason() != null) {
      return String.valueOf(e.getMessage());
    }
    String reason = known.getClass().getSimpleName();
    if (known instanceof AccessDeniedException) {
      reason = "permission denied";
    } else if (known instanceof NoSuchFileException) {
      reason = "it is gone; a place for checkpoints must be that of one run only";
    }
    return known.getMessage() + ": " + reason;
  }

  @Override
  public List<String> names() throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    return list().stream()
        .filter(Files::isDirectory)
        .map(path -> path.getFileName().toString())
        .filter(name -> !name.startsWith("."))
        .toList();
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.sorted().toList();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    discard(parent.resolve(name));
  }

  @Override
  public String place(String name) {
    return parent.resolve(name).toString();
  }
}
