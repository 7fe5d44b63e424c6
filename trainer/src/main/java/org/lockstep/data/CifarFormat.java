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

  /**
   * Every {@code data_batch_*.bin} of the directory trains, {@code test_batch.bin} tests. All are
   * read and checked, one after the other; images that the limit leaves out are not kept.
   *
   * @param limit as {@link Datasets#load} has it
   */
  static Dataset load(String name, DataDirectory directory, int limit) {
    List<Images> batches = new ArrayList<>();
    int found = 0;
    int kept = 0;
    for (String batch : directory.names("data_batch_\\d+\\.bin", "data_batch_1.bin")) {
      DataFile file = directory.file(batch);
      Images images = read(file, limit == 0 ? Integer.MAX_VALUE : limit - kept);
      found += records(file);
      kept += images.size();
      batches.add(images);
    }
    DataFile testFile = directory.file("test_batch.bin");
    Images test = read(testFile, Dataset.testsKept(records(testFile), found, kept));
    return new Dataset(name, test.shape(), CLASSES, Images.concat(batches), test);
  }

  private static int records(DataFile file) {
    return file.content().length / RECORD;
  }

  /** The first images of a file, at most {@code most}; the labels of all are checked. */
  private static Images read(DataFile file, int most) {
    byte[] content = file.content();
    int count = records(file);
    if (count == 0 || content.length % RECORD != 0) {
      throw file.wrong(
          ("expected whole records of %d bytes, found %d bytes, that is %d records and %d bytes;"
                  + " get it again")
              .formatted(RECORD, content.length, count, content.length % RECORD));
    }
    for (int i = 0; i < count; i++) {
      int label = Byte.toUnsignedInt(content[i * RECORD]);
      if (label >= CLASSES) {
        throw file.wrong(
            ("expected labels 0 to %d, found %d at image %d;"
                    + " get it again and check that it is the binary version")
                .formatted(CLASSES - 1, label, i));
      }
    }
    int kept = Math.min(most, count);
    byte[] labels = new byte[kept];
    byte[] pixels = new byte[kept * CHANNELS * PLANE];
    for (int i = 0; i < kept; i++) {
      labels[i] = content[i * RECORD];
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
