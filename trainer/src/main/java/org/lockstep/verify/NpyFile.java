package org.lockstep.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.lockstep.data.NpyHeader;

/**
 * One array in NumPy's file format. Little-endian C order of three types is read: {@code <f4},
 * {@code <f8} and {@code <i8}.
 */
final class NpyFile {
  private NpyFile() {}

  /**
   * Reads a file.
   *
   * @throws CaseException if it is missing, cut short, or of another version, type or order
   */
  static NpyArray read(Path path) {
    try {
      return array(ByteBuffer.wrap(Files.readAllBytes(path)));
    } catch (NoSuchFileException e) {
      throw new CaseException(path + ": expected an .npy file, found none", e);
    } catch (IOException e) {
      throw new CaseException(path + ": cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new CaseException(path + ": " + e.getMessage(), e);
    }
  }

  private static NpyArray array(ByteBuffer bytes) {
    NpyHeader header = NpyHeader.read(bytes);
    String type = header.type();
    ToDoubleFunction<ByteBuffer> next =
        switch (type) {
          case "<f4" -> ByteBuffer::getFloat;
          case "<f8" -> ByteBuffer::getDouble;
          case "<i8" -> ByteBuffer::getLong;
          default ->
              throw new IllegalArgumentException(
                  "expected elements of type <f4, <f8 or <i8, found '" + type + "'");
        };
    int width = type.equals("<f4") ? Float.BYTES : Double.BYTES;
    double[] values = new double[header.elements(width, bytes.remaining())];
    Arrays.setAll(values, i -> next.applyAsDouble(bytes));
    return new NpyArray(type, header.shape(), values);
  }
}
