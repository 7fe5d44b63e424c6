package org.lockstep.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Contents of well-formed files, for tests to write, and to spoil first. */
final class RawFiles {
  static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  static final int CIFAR_RECORD = 1 + 3 * 32 * 32;

  private RawFiles() {}

  /** Pixel p of all pixels is p mod 256. */
  static byte[] idxImages(int count, int rows, int columns) {
    byte[] pixels = new byte[count * rows * columns];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (byte) p;
    }
    return ByteBuffer.allocate(16 + pixels.length)
        .putInt(0x803)
        .putInt(count)
        .putInt(rows)
        .putInt(columns)
        .put(pixels)
        .array();
  }

  static byte[] idxLabels(int... labels) {
    ByteBuffer file = ByteBuffer.allocate(8 + labels.length).putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      file.put((byte) label);
    }
    return file.array();
  }

  /** Value c of pixel p of image i is (100 i + 10 c + p) mod 256. */
  static byte[] cifar(int... labels) {
    ByteBuffer file = ByteBuffer.allocate(labels.length * CIFAR_RECORD);
    for (int i = 0; i < labels.length; i++) {
      file.put((byte) labels[i]);
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 32 * 32; p++) {
          file.put((byte) (100 * i + 10 * c + p));
        }
      }
    }
    return file.array();
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  /** A set of two training images of 2 x 3 and one test image. */
  static void writeIdxSet(Path directory) throws IOException {
    Files.write(directory.resolve(TRAIN_IMAGES), idxImages(2, 2, 3));
    Files.write(directory.resolve(TRAIN_LABELS), idxLabels(4, 9));
    Files.write(directory.resolve(TEST_IMAGES), idxImages(1, 2, 3));
    Files.write(directory.resolve(TEST_LABELS), idxLabels(0));
  }
}
