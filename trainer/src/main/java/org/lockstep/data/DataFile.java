package org.lockstep.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The content of one file, unpacked if it begins as a gzip file does. No format read here begins
 * with those two bytes, so the name does not matter.
 *
 * @param path for messages
 */
record DataFile(String path, byte[] content) {
  /** Where reading stops, so that a small compressed file cannot fill the memory. */
  private static final int MAX_BYTES = 1 << 30;

  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * @throws DataException if it cannot be read, is too large, or its compressed form is damaged
   */
  static DataFile read(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return read(path.toString(), in);
    } catch (IOException e) {
      throw new DataException(
          path + ": cannot be read (" + e + "); check the path and its permissions", e);
    }
  }

  /** A file that lies beside this class in the jar. */
  static DataFile embedded(String path) {
    try (InputStream in = DataFile.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new DataException(
            path + ": expected in the jar of " + DataFile.class.getName() + ", found nothing");
      }
      return read(path, in);
    } catch (IOException e) {
      throw new DataException(path + ": cannot be read from the jar (" + e + ")", e);
    }
  }

  private static DataFile read(String path, InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
    byte[] content = isGzip(in) ? unpack(path, in) : in.readNBytes(MAX_BYTES + 1);
    if (content.length > MAX_BYTES) {
      throw new DataException(
          path
              + ": expected at most "
              + MAX_BYTES
              + " bytes when unpacked, found more; split the set or leave images out");
    }
    return new DataFile(path, content);
  }

  private static boolean isGzip(BufferedInputStream in) throws IOException {
    in.mark(2);
    int magic = in.read() << Byte.SIZE | in.read();
    in.reset();
    return magic == GZIP_MAGIC;
  }

  private static byte[] unpack(String path, InputStream in) throws IOException {
    try (InputStream unpacked = new GZIPInputStream(in, BUFFER_BYTES)) {
      return unpacked.readNBytes(MAX_BYTES + 1);
    } catch (EOFException | ZipException e) {
      throw new DataException(
          path + ": expected a whole gzip file, found one that is cut off or damaged; get it again",
          e);
    }
  }

  /** The error "{path}: {what is wrong}". */
  DataException wrong(String what) {
    return new DataException(path + ": " + what);
  }
}
