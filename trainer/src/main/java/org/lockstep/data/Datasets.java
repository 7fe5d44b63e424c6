package org.lockstep.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data sets known by name. {@code fashion-mini} and {@code digits} are in the jar. */
public final class Datasets {
  private static final List<String> NAMES =
      List.of(
          "fashion-mini", "digits", "fashion-mnist", "mnist", "cifar-10", "idx", "folder", "npz");

  private static final int MNIST_CLASSES = 10;

  private Datasets() {}

  /** What {@link #load} knows; see the package for what each of them is. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Reads and checks a whole data set.
   *
   * @param name one of {@link #names}; behind {@code folder} may stand a size, {@code folder:28x28}
   * @param dataDir where its files are; null for the ones in the jar
   * @param limit at most this many training images, the first ones of the files, and the same part
   *     of the test images, at least one; 0: all
   * @throws IllegalArgumentException for an unknown name, a directory that is missing or not called
   *     for, or a negative limit
   * @throws DataException if a file is missing, damaged, or not of the format
   */
  public static Dataset load(String name, @Nullable Path dataDir, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "limit: expected 0 (all) or more training images, found " + limit);
    }
    return read(name, dataDir, limit).limited(limit);
  }

  private static Dataset read(String name, @Nullable Path dataDir, int limit) {
    return switch (name) {
      case "fashion-mini" -> {
        refuseDirectory(name, dataDir);
        yield IdxFormat.load(
            name, MNIST_CLASSES, file -> DataFile.embedded(name + "/" + file + ".gz"));
      }
      case "digits" -> {
        refuseDirectory(name, dataDir);
        yield DigitsFormat.load(name, DataFile.embedded(name + "/digits.csv.gz"));
      }
      case "fashion-mnist", "mnist" ->
          IdxFormat.load(name, MNIST_CLASSES, new DataDirectory(name, dataDir)::file);
      case "idx" -> IdxFormat.load(name, 0, new DataDirectory(name, dataDir)::file);
      case "cifar-10" -> CifarFormat.load(name, new DataDirectory(name, dataDir), limit);
      case "npz" -> NpzFormat.load(name, new DataDirectory(name, dataDir));
      default -> {
        if (FolderFormat.isNamed(name)) {
          yield FolderFormat.load(name, new DataDirectory(name, dataDir), limit);
        }
        throw new IllegalArgumentException(
            "data: expected one of " + String.join(", ", NAMES) + ", found '" + name + "'");
      }
    };
  }

  private static void refuseDirectory(String name, @Nullable Path dataDir) {
    if (dataDir != null) {
      throw new IllegalArgumentException(
          "data-dir: expected none, since "
              + name
              + " is built in, found "
              + dataDir
              + "; leave --data-dir out, or name the set that lies there with --data");
    }
  }
}
