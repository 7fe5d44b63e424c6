package org.lockstep.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import org.lockstep.nn.Shape;

/**
 * Reads IDX files, the format of MNIST and its successors. All integers are big-endian:
 *
 * <pre>
 * images  0x00000803 | count | rows | columns | pixels, one byte each, row by row
 * labels  0x00000801 | count | labels, one byte each
 * </pre>
 *
 * The sizes in a header are believed only once they account for every byte of the file.
 */
final class IdxFormat {
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;
  private static final int IMAGES_HEADER = 4 * Integer.BYTES;
  private static final int LABELS_HEADER = 2 * Integer.BYTES;

  /** Keeps count x rows x columns within a long. */
  private static final int MAX_SIDE = 65_535;

  private IdxFormat() {}

  /**
   * @param classes labels must be below it; 0: one more than the highest label found
   * @param files finds a file by its official name
   */
  static Dataset load(String name, int classes, Function<String, DataFile> files) {
    int bound = classes == 0 ? 256 : classes;
    DataFile testFile = files.apply("t10k-images-idx3-ubyte");
    Images train =
        read(files.apply("train-images-idx3-ubyte"), files.apply("train-labels-idx1-ubyte"), bound);
    Images test = read(testFile, files.apply("t10k-labels-idx1-ubyte"), bound);
    if (!test.shape().equals(train.shape())) {
      throw testFile.wrong(
          "expected images of %s as in the training set, found %s; make both sets of one size"
              .formatted(train.shape(), test.shape()));
    }
    int found = 1 + Math.max(train.highestLabel(), test.highestLabel());
    return new Dataset(name, train.shape(), classes == 0 ? found : classes, train, test);
  }

  static Images read(DataFile images, DataFile labels, int classes) {
    ByteBuffer header = header(images, IMAGES_MAGIC, IMAGES_HEADER, "images");
    int count = header.getInt();
    int rows = header.getInt();
    int columns = header.getInt();
    if (count < 1 || rows < 1 || columns < 1 || rows > MAX_SIDE || columns > MAX_SIDE) {
      throw images.wrong(
          ("expected at least one image of 1x1 to %dx%d pixels in the header, found %d of %dx%d;"
                  + " get it again")
              .formatted(MAX_SIDE, MAX_SIDE, count, rows, columns));
    }
    checkLength(
        images,
        IMAGES_HEADER + (long) count * rows * columns,
        "%d images of %dx%d".formatted(count, rows, columns));
    byte[] pixels = Arrays.copyOfRange(images.content(), IMAGES_HEADER, images.content().length);
    return new Images(new Shape(rows, columns, 1), pixels, labels(labels, images, count, classes));
  }

  private static byte[] labels(DataFile file, DataFile images, int expected, int classes) {
    int count = header(file, LABELS_MAGIC, LABELS_HEADER, "labels").getInt();
    if (count != expected) {
      throw file.wrong(
          ("expected %d labels in the header, one for each image of %s, found %d;"
                  + " take both files from one set")
              .formatted(expected, images.path(), count));
    }
    checkLength(file, LABELS_HEADER + (long) count, count + " labels");
    byte[] labels = Arrays.copyOfRange(file.content(), LABELS_HEADER, file.content().length);
    for (int i = 0; i < count; i++) {
      if (Byte.toUnsignedInt(labels[i]) >= classes) {
        throw file.wrong(
            ("expected labels 0 to %d, found %d at image %d;"
                    + " get it again, or take --data idx for a set with more classes")
                .formatted(classes - 1, Byte.toUnsignedInt(labels[i]), i));
      }
    }
    return labels;
  }

  /** The header behind its magic number. */
  private static ByteBuffer header(DataFile file, int magic, int length, String what) {
    if (file.content().length < length) {
      throw file.wrong(
          "expected an IDX header of %d bytes, found a file of %d bytes; get it again"
              .formatted(length, file.content().length));
    }
    ByteBuffer header = ByteBuffer.wrap(file.content(), 0, length);
    int found = header.getInt();
    if (found != magic) {
      throw file.wrong(
          ("expected the magic number 0x%08x of IDX %s, found 0x%08x;"
                  + " check that it is the right file")
              .formatted(magic, what, found));
    }
    return header;
  }

  private static void checkLength(DataFile file, long expected, String what) {
    if (file.content().length != expected) {
      throw file.wrong(
          "expected %d bytes for %s as its header says, found %d; get it again"
              .formatted(expected, what, file.content().length));
    }
  }
}
