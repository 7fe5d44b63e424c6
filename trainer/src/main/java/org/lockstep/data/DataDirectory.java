package org.lockstep.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which a user keeps the files of one data set, each plain or as {@code .gz}; of
 * both, the plain one is read.
 */
final class DataDirectory {
  private static final String GZIP_SUFFIX = ".gz";

  private final String set;
  private final Path path;

  /**
   * @throws IllegalArgumentException if no directory is given
   * @throws DataException if there is none at {@code path}
   */
  DataDirectory(String set, @Nullable Path path) {
    if (path == null) {
      throw new IllegalArgumentException(
          "data " + set + ": expected --data-dir DIR, found none; " + howToGet(set));
    }
    if (!Files.isDirectory(path)) {
      throw new DataException(
          path
              + ": expected the directory of --data-dir with the files of "
              + set
              + ", found "
              + (Files.exists(path) ? "a file" : "nothing")
              + "; "
              + howToGet(set));
    }
    this.set = set;
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * Reads the file {@code name} or {@code name.gz}.
   *
   * @throws DataException if neither is there, or it is damaged
   */
  DataFile file(String name) {
    DataFile file =
        Stream.of(name, name + GZIP_SUFFIX)
            .map(path::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .map(DataFile::read)
            .orElseThrow(() -> missing(name));
    OfficialFiles.check(set, name, file);
    return file;
  }

  /**
   * The names, without {@code .gz}, that match {@code pattern}, by length and then by alphabet, so
   * that numbered files come in the order of their numbers.
   *
   * @param example named in the message if there is none
   */
  List<String> names(String pattern, String example) {
    Set<String> names;
    try (Stream<Path> files = Files.list(path)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .map(n -> n.endsWith(GZIP_SUFFIX) ? n.substring(0, n.length() - 3) : n)
              .filter(Pattern.compile(pattern).asMatchPredicate())
              .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new DataException(
          path + ": cannot be listed (" + e + "); check the path and its permissions", e);
    }
    if (names.isEmpty()) {
      throw missing(example);
    }
    return names.stream()
        .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private DataException missing(String name) {
    return new DataException(
        path
            + ": expected the file "
            + name
            + " or "
            + name
            + GZIP_SUFFIX
            + " of "
            + set
            + ", found neither; "
            + howToGet(set));
  }

  private static String howToGet(String set) {
    return switch (set.replaceFirst(":.*", "")) {
      case "npz" ->
          "put train.npz and test.npz there, each with the arrays x and y, or one .npz with x_train,"
              + " y_train, x_test and y_test";
      case "folder" ->
          "give the directory that has the images as train/CLASS/*.png and test/CLASS/*.png, or .jpg";
      case "fashion-mnist" ->
          "install Debian's package dataset-fashion-mnist and give --data-dir"
              + " /usr/share/datasets/fashion-mnist, or get the four *-ubyte.gz files from"
              + " https://github.com/zalandoresearch/fashion-mnist";
      case "mnist" ->
          "get the four *-ubyte.gz files of http://yann.lecun.com/exdb/mnist/ (also at"
              + " https://ossci-datasets.s3.amazonaws.com/mnist/) into one directory";
      case "cifar-10" ->
          "get the binary version from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it and"
              + " give its directory cifar-10-batches-bin";
      default ->
          "put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and"
              + " t10k-labels-idx1-ubyte there, plain or .gz";
    };
  }
}
