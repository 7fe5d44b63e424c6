package org.lockstep.data;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.nn.Shape;

/**
 * Reads the binary files of CIFAR-10. A file is a row of records without a header:
 *
 * <pre>
 * label 0..9 (1 byte) | red plane (1024) | green plane (1024) | blue plane (1024)
 * </pre>
 *
 * each plane row by row. The planes are woven into channels-last pixels.
 */
final class CifarFormat {
  private static final int CLASSES = 10;
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;

  /** Bytes of one colour plane and of one record. */
  private static final int PLANE = SIDE * SIDE;

  private static final int RECORD = 1 + CHANNELS * PLANE;

  private CifarFormat() {}

  /** Every {@code data_batch_*.bin} of the directory trains, {@code test_batch.bin} tests. */
  static Dataset load(String name, DataDirectory directory) {
    Images test = read(directory.file("test_batch.bin"));
    List<Images> batches = new ArrayList<>();
    for (String batch : directory.names("data_batch_\\d+\\.bin", "data_batch_1.bin")) {
      batches.add(read(directory.file(batch)));
    }
    return new Dataset(name, test.shape(), CLASSES, Images.concat(batches), test);
  }

  static Images read(DataFile file) {
    byte[] content = file.content();
    int count = content.length / RECORD;
    if (count == 0 || content.length % RECORD != 0) {
      throw file.wrong(
          ("expected whole records of %d bytes, found %d bytes, that is %d records and %d bytes;"
                  + " get it again")
              .formatted(RECORD, content.length, count, content.length % RECORD));
    }
    byte[] labels = new byte[count];
    byte[] pixels = new byte[count * CHANNELS * PLANE];
    for (int i = 0; i < count; i++) {
      labels[i] = content[i * RECORD];
      if (Byte.toUnsignedInt(labels[i]) >= CLASSES) {
        throw file.wrong(
            ("expected labels 0 to %d, found %d at image %d;"
                    + " get it again and check that it is the binary version")
                .formatted(CLASSES - 1, Byte.toUnsignedInt(labels[i]), i));
      }
      weave(content, i * RECORD + 1, pixels, i * CHANNELS * PLANE);
    }
    return new Images(new Shape(SIDE, SIDE, CHANNELS), pixels, labels);
  }

  /** One image from planes {@code [C, H, W]} at {@code from} to {@code [H, W, C]} at {@code to}. */
  private static void weave(byte[] planes, int from, byte[] pixels, int to) {
    for (int p = 0; p < PLANE; p++) {
      for (int c = 0; c < CHANNELS; c++) {
        pixels[to + p * CHANNELS + c] = planes[from + c * PLANE + p];
      }
    }
  }
}
