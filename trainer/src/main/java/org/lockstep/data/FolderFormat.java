package org.lockstep.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Shape;

/**
 * Reads images in folders: {@code train/CLASS/*} and {@code test/CLASS/*}, PNG or JPEG.
 *
 * <p>Classes have the numbers of their names in order, by UTF-16 unit. The images are those of the
 * classes in turn, each class's in the order of their names, so that the first few of the set are
 * of all classes, and every rank has the same order. If all are grey there is one channel, else
 * there are three. Hidden files are passed over.
 */
final class FolderFormat {
  private static final Pattern NAME = Pattern.compile("folder(?::(\\d{1,4})x(\\d{1,4}))?");
  private static final Pattern SUFFIX = Pattern.compile(".*\\.(png|jpg|jpeg)");
  private static final int MAX_CLASSES = 256;

  private final Path directory;

  /** Height and width; null: as the images have it, all the same. */
  private final int @Nullable [] size;

  private FolderFormat(Path directory, int @Nullable [] size) {
    this.directory = directory;
    this.size = size;
  }

  static boolean isNamed(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * @param name {@code folder}, or {@code folder:HxW} to stretch all images to that size
   * @param limit as {@link Datasets#load} has it; images that it leaves out are not opened
   * @throws IllegalArgumentException for a size of 0
   */
  static Dataset load(String name, DataDirectory directory, int limit) {
    return new FolderFormat(directory.path(), size(name)).read(name, limit);
  }

  private static int @Nullable [] size(String name) {
    Matcher match = NAME.matcher(name);
    if (!match.matches() || match.group(1) == null) {
      return null;
    }
    int[] size = {Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2))};
    if (size[0] == 0 || size[1] == 0) {
      throw new IllegalArgumentException("data: expected a size of 1x1 or more, found " + name);
    }
    return size;
  }

  private record Labelled(ImageFile file, int label) {}

  private Dataset read(String name, int limit) {
    List<Path> folders = folders("train");
    List<String> classes = folders.stream().map(FolderFormat::name).toList();
    if (classes.size() < 2 || classes.size() > MAX_CLASSES) {
      throw wrong(
          directory.resolve("train"),
          "expected 2 to %d directories, one a class, found %d; check the level of --data-dir"
              .formatted(MAX_CLASSES, classes.size()));
    }
    List<Path> tests = folders("test");
    for (Path test : tests) {
      if (!classes.contains(name(test))) {
        throw wrong(
            test, "expected a class of the training set, found none of that name; rename it");
      }
    }
    List<List<Path>> trainFiles = images(classes, folders);
    List<List<Path>> testFiles = images(classes, tests);
    int found = count(trainFiles);
    int kept = limit == 0 ? found : Math.min(limit, found);
    List<Labelled> train = inTurn(trainFiles, kept);
    List<Labelled> test = inTurn(testFiles, Dataset.testsKept(count(testFiles), found, kept));
    Shape shape = shape(Stream.concat(train.stream(), test.stream()).map(Labelled::file).toList());
    return new Dataset(name, shape, classes.size(), decode(train, shape), decode(test, shape));
  }

  /** The class directories of a part, in the order of their names. */
  private List<Path> folders(String part) {
    Path parent = directory.resolve(part);
    if (!Files.isDirectory(parent)) {
      throw wrong(parent, "expected a directory with one directory a class, found none; make it");
    }
    List<Path> folders = list(parent);
    if (folders.isEmpty()) {
      throw wrong(parent, "expected a directory for each class, found none; make some");
    }
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw wrong(folder, "expected a directory, one a class, found a file; move or remove it");
      }
    }
    return folders;
  }

  /** The images of each class, none where it has no folder. */
  private static List<List<Path>> images(List<String> classes, List<Path> folders) {
    List<List<Path>> images = new ArrayList<>();
    for (String name : classes) {
      images.add(
          folders.stream()
              .filter(folder -> name(folder).equals(name))
              .findFirst()
              .map(FolderFormat::images)
              .orElse(List.of()));
    }
    return images;
  }

  private static List<Path> images(Path folder) {
    List<Path> files = list(folder);
    if (files.isEmpty()) {
      throw wrong(folder, "expected at least one image, found none; add some or remove it");
    }
    for (Path file : files) {
      String name = name(file).toLowerCase(Locale.ROOT);
      if (!Files.isRegularFile(file) || !SUFFIX.matcher(name).matches()) {
        throw wrong(file, "expected a .png, .jpg or .jpeg file, found another; move or remove it");
      }
    }
    return files;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(FolderFormat::name)
          .filter(name -> !name.startsWith("."))
          .sorted()
          .map(folder::resolve)
          .toList();
    } catch (IOException e) {
      throw new DataException(
          folder + ": cannot be listed (" + e + "); check the path and its permissions", e);
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static int count(List<List<Path>> files) {
    return files.stream().mapToInt(List::size).sum();
  }

  /** The first of each class, then the second of each that has one, and so on. */
  private static List<Labelled> inTurn(List<List<Path>> files, int count) {
    List<Labelled> order = new ArrayList<>();
    for (int i = 0; order.size() < count; i++) {
      for (int label = 0; label < files.size() && order.size() < count; label++) {
        if (i < files.get(label).size()) {
          order.add(new Labelled(ImageFile.open(files.get(label).get(i)), label));
        }
      }
    }
    return order;
  }

  private Shape shape(List<ImageFile> files) {
    int channels = files.stream().allMatch(ImageFile::grey) ? 1 : 3;
    if (size != null) {
      return new Shape(size[0], size[1], channels);
    }
    ImageFile first = files.get(0);
    for (ImageFile file : files) {
      if (file.height() != first.height() || file.width() != first.width()) {
        throw wrong(
            file.path(),
            "expected %dx%d pixels (height x width) as %s has, found %dx%d; --data folder:%1$dx%2$d scales all"
                .formatted(
                    first.height(), first.width(), first.path(), file.height(), file.width()));
      }
    }
    return new Shape(first.height(), first.width(), channels);
  }

  private static Images decode(List<Labelled> files, Shape shape) {
    Images.checkFits(files.size(), shape);
    byte[] pixels = new byte[files.size() * shape.size()];
    byte[] labels = new byte[files.size()];
    for (int i = 0; i < labels.length; i++) {
      ImageFile file = files.get(i).file();
      byte[] image = file.pixels(shape.channels());
      if (file.height() != shape.height() || file.width() != shape.width()) {
        image =
            Resampling.resize(
                image,
                file.height(),
                file.width(),
                shape.channels(),
                shape.height(),
                shape.width());
      }
      System.arraycopy(image, 0, pixels, i * image.length, image.length);
      labels[i] = (byte) files.get(i).label();
    }
    return new Images(shape, pixels, labels);
  }

  private static DataException wrong(Path path, String what) {
    return new DataException(path + ": " + what);
  }
}
