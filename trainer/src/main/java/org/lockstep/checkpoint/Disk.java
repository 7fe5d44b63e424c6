package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * All that a {@link LocalStore} changes on disk, one operation a method, so that a test can stop it
 * before and within each.
 *
 * <p>What is forced outlives a power cut: {@code FileChannel.force} is fsync(2), which returns when
 * the device says that it has the bytes for good. For a file that is its content; its name is
 * content of the directory, which needs an fsync of its own. Nothing here helps against a device or
 * an NFS server that says so too early.
 */
class Disk {
  void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(directory);
  }

  /** Makes a file that was not there, and forces its content. */
  void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) { // The channel does not say of which file.
      throw (IOException)
          new FileSystemException(file.toString(), null, e.getMessage()).initCause(e);
    }
  }

  /** Forces the names in a directory. */
  void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** At once: whoever looks sees the one name or the other. Fails where {@code to} has content. */
  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A file, or a directory without content; nothing happens if it is gone. */
  void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }
}
