package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A disk that is used up to a point, counted from 0: before every change, and in a file also after
 * none, one, half, all but one and all of its bytes. There, and at every point after it, {@code
 * stop} is called, which may end the process or throw.
 */
final class StoppingDisk extends Disk {
  private final int last;
  private final Stop stop;
  private int point;

  /** What happens where the disk can be used no more. */
  interface Stop {
    void at(Path path) throws IOException;
  }

  StoppingDisk(int last, Stop stop) {
    this.last = last;
    this.stop = stop;
  }

  private void pass(Path path) throws IOException {
    if (point >= last) {
      stop.at(path);
    }
    point++;
  }

  @Override
  void makeDirectory(Path directory) throws IOException {
    pass(directory);
    super.makeDirectory(directory);
  }

  @Override
  void write(Path file, byte[] content) throws IOException {
    pass(file);
    for (int length : new int[] {0, 1, content.length / 2, content.length - 1, content.length}) {
      if (point >= last) {
        Files.write(file, Arrays.copyOf(content, length));
      }
      pass(file);
      Files.deleteIfExists(file);
    }
    super.write(file, content);
  }

  @Override
  void force(Path directory) throws IOException {
    pass(directory);
    super.force(directory);
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    pass(from);
    super.rename(from, to);
  }

  @Override
  void delete(Path path) throws IOException {
    pass(path);
    super.delete(path);
  }
}
