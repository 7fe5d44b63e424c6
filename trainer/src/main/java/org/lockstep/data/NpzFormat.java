package org.lockstep.data;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.lockstep.nn.Shape;

/**
 * Reads NumPy's archives: {@code train.npz} and {@code test.npz} with the arrays {@code x} and
 * {@code y}, or else the only {@code .npz} of the directory with {@code x_train}, {@code y_train},
 * {@code x_test} and {@code y_test}, as Keras names them.
 *
 * <pre>
 * x  uint8, [N, H, W] or [N, H, W, C]
 * y  whole numbers 0 to 255, [N] or [N, 1]
 * </pre>
 */
final class NpzFormat {
  private static final int MAX_CLASSES = 256;

  private NpzFormat() {}

  static Dataset load(String name, DataDirectory directory) {
    Path trainFile = directory.path().resolve("train.npz");
    Path testFile = directory.path().resolve("test.npz");
    if (Files.exists(trainFile) || Files.exists(testFile)) {
      return load(
          name, images(new NpzFile(trainFile), ""), images(new NpzFile(testFile), ""), testFile);
    }
    List<String> names = directory.names(".*\\.npz", "train.npz");
    if (names.size() > 1) {
      throw new DataException(
          "%s: expected train.npz and test.npz, or one .npz, found %s; remove the others"
              .formatted(directory.path(), names));
    }
    Path both = directory.path().resolve(names.get(0));
    NpzFile file = new NpzFile(both);
    return load(name, images(file, "_train"), images(file, "_test"), both);
  }

  private static Dataset load(String name, Images train, Images test, Path testFile) {
    if (!test.shape().equals(train.shape())) {
      throw new DataException(
          "%s: expected test images of %s as the training images, found %s; make both of one size"
              .formatted(testFile, train.shape(), test.shape()));
    }
    int classes = 1 + Math.max(train.highestLabel(), test.highestLabel());
    return new Dataset(name, train.shape(), classes, train, test);
  }

  private static Images images(NpzFile file, String suffix) {
    NpzFile.Array x = file.array("x" + suffix);
    requirePixels(x);
    byte[] pixels = new byte[elements(x, 1)];
    x.bytes().get(pixels);
    Shape shape = shape(x.header().shape());
    byte[] labels = labels(file.array("y" + suffix));
    if (labels.length != x.header().shape()[0]) {
      throw x.wrong("an image for each of %d labels".formatted(labels.length), "save both again");
    }
    return new Images(shape, pixels, labels);
  }

  private static void requirePixels(NpzFile.Array x) {
    long[] axes = x.header().shape();
    String type = x.header().type();
    if (!type.equals("|u1")) {
      throw x.wrong("uint8 pixels", "scale to 0 to 255 and convert with x.astype('uint8')");
    }
    if ((axes.length != 3 && axes.length != 4) || Arrays.stream(axes).min().orElse(0) < 1) {
      throw x.wrong("at least one image in [N, H, W] or [N, H, W, C]", "reshape it");
    }
    if (axes.length == 4 && isCount(axes[1]) && !isCount(axes[3])) {
      throw x.wrong("channels last, [N, H, W, C]", "save x.transpose(0, 2, 3, 1)");
    }
  }

  private static Shape shape(long[] axes) {
    return new Shape((int) axes[1], (int) axes[2], axes.length == 3 ? 1 : (int) axes[3]);
  }

  /** Whether images have so many channels as a rule. */
  private static boolean isCount(long channels) {
    return channels == 1 || channels == 3;
  }

  private static byte[] labels(NpzFile.Array y) {
    long[] axes = y.header().shape();
    if (axes.length != 1 && !(axes.length == 2 && axes[1] == 1)) {
      throw y.wrong("labels in [N] or [N, 1]", "for one-hot labels save y.argmax(1)");
    }
    ToLongFunction<ByteBuffer> next = reader(y);
    byte[] labels = new byte[elements(y, width(y))];
    for (int i = 0; i < labels.length; i++) {
      long label = next.applyAsLong(y.bytes());
      if (label < 0 || label >= MAX_CLASSES) {
        throw new DataException(
            "%s: expected labels 0 to %d, found %d at image %d; number the classes from 0"
                .formatted(y.where(), MAX_CLASSES - 1, label, i));
      }
      labels[i] = (byte) label;
    }
    return labels;
  }

  private static ToLongFunction<ByteBuffer> reader(NpzFile.Array y) {
    return switch (y.header().type()) {
      case "|u1" -> bytes -> Byte.toUnsignedLong(bytes.get());
      case "|i1" -> ByteBuffer::get;
      case "<u2" -> bytes -> Short.toUnsignedLong(bytes.getShort());
      case "<i2" -> ByteBuffer::getShort;
      case "<u4" -> bytes -> Integer.toUnsignedLong(bytes.getInt());
      case "<i4" -> ByteBuffer::getInt;
      case "<u8", "<i8" -> ByteBuffer::getLong;
      default -> throw y.wrong("little-endian whole numbers", "convert with y.astype('int64')");
    };
  }

  /** The last character of NumPy's types counts bytes. */
  private static int width(NpzFile.Array array) {
    String type = array.header().type();
    return Character.digit(type.charAt(type.length() - 1), 10);
  }

  private static int elements(NpzFile.Array array, int width) {
    try {
      return array.header().elements(width, array.bytes().remaining());
    } catch (IllegalArgumentException e) {
      throw new DataException(array.where() + ": " + e.getMessage() + "; save it again", e);
    }
  }
}
