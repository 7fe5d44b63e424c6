package org.lockstep.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /** Header and trailer of a gzip file. */
  private static final int MIN_GZIP_BYTES = 18;

  private static final long MAX_DEFLATE_RATIO = 1032;

  /**
   * @throws DataException if it cannot be read, is too large, or its compressed form is damaged
   */
  static DataFile read(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return read(path.toString(), in, unpackedBytes(path));
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
      return read(path, in, 0);
    } catch (IOException e) {
      throw new DataException(path + ": cannot be read from the jar (" + e + ")", e);
    }
  }

  /**
   * About how large the content will be, to read it into one array: what the last four bytes of a
   * gzip file say (RFC 1952, 2.3.1), as far as it can be true, at most what deflate can have
   * packed.
   */
  private static int unpackedBytes(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long size = file.length();
      if (size < MIN_GZIP_BYTES || file.readUnsignedShort() != GZIP_MAGIC) {
        return (int) Math.min(MAX_BYTES, size);
      }
      file.seek(size - Integer.BYTES);
      long said = Integer.toUnsignedLong(Integer.reverseBytes(file.readInt()));
      return (int) Math.min(MAX_BYTES, Math.min(said, MAX_DEFLATE_RATIO * size));
    }
  }

  private static DataFile read(String path, InputStream raw, int expected) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
    byte[] content = isGzip(in) ? unpack(path, in, expected) : readAll(in, expected);
    if (content.length > MAX_BYTES) {
      throw new DataException(
          path
              + ": expected at most "
              + MAX_BYTES
              + " bytes when unpacked, found more; split the set or leave images out");
    }
    return new DataFile(path, content);
  }

  /** Everything up to one byte more than is allowed, without a copy if it is as expected. */
  private static byte[] readAll(InputStream in, int expected) throws IOException {
    byte[] first = new byte[expected];
    int read = in.readNBytes(first, 0, expected);
    byte[] rest = in.readNBytes(MAX_BYTES + 1 - read);
    if (read == expected && rest.length == 0) {
      return first;
    }
    byte[] all = Arrays.copyOf(first, read + rest.length);
    System.arraycopy(rest, 0, all, read, rest.length);
    return all;
  }

  private static boolean isGzip(BufferedInputStream in) throws IOException {
    in.mark(2);
    int magic = in.read() << Byte.SIZE | in.read();
    in.reset();
    return magic == GZIP_MAGIC;
  }

  private static byte[] unpack(String path, InputStream in, int expected) throws IOException {
    try (InputStream unpacked = new GZIPInputStream(in, BUFFER_BYTES)) {
      return readAll(unpacked, expected);
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
