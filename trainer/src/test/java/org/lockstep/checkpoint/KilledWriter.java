package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A process that writes a checkpoint and halts at some point of it. */
final class KilledWriter {
  static final int HALTED = 77;
  static final int WROTE = 78;

  private KilledWriter() {}

  /**
   * Writes the files of a directory.
   *
   * @param args the directory, its files in their order with commas between, the store, the name in
   *     it, the point
   */
  public static void main(String[] args) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String file : args[1].split(",", -1)) {
      files.put(file, Files.readAllBytes(Path.of(args[0], file)));
    }
    StoppingDisk disk =
        new StoppingDisk(Integer.parseInt(args[4]), path -> Runtime.getRuntime().halt(HALTED));
    boolean wrote = new LocalStore(Path.of(args[2]), disk).write(args[3], files);
    Runtime.getRuntime().halt(wrote ? WROTE : 0);
  }
}
