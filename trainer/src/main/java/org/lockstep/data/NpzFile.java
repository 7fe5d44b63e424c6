package org.lockstep.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads arrays out of one {@code .npz} file: a zip archive, stored or deflated, with an {@code
 * .npy} file an array.
 */
final class NpzFile {
  /** The most that is read, however well it is packed. */
  private static final int MAX_BYTES = 1 << 30;

  private final Path path;

  NpzFile(Path path) {
    this.path = path;
  }

  /**
   * An array of the file.
   *
   * @param bytes stands before its elements
   */
  record Array(String where, NpyHeader header, ByteBuffer bytes) {
    /** The error "{file} {array}: expected {expected}, found {type and shape}; {change}". */
    DataException wrong(String expected, String change) {
      return new DataException(
          "%s: expected %s, found %s%s; %s"
              .formatted(where, expected, header.type(), Arrays.toString(header.shape()), change));
    }
  }

  /**
   * The array of that name.
   *
   * @throws DataException if the archive cannot be read, has none of that name, or it is damaged
   */
  Array array(String name) {
    String where = path + " " + name;
    if (!Files.isRegularFile(path)) {
      throw new DataException(
          path + ": expected a file of numpy.savez, found none; put it there, not packed by gzip");
    }
    try (ZipFile archive = new ZipFile(path.toFile())) {
      ZipEntry entry = archive.getEntry(name + ".npy");
      if (entry == null) {
        throw new DataException(
            "%s: expected an array of that name, found %s; name them as docs/your-own.md says"
                .formatted(where, archive.stream().map(ZipEntry::getName).sorted().toList()));
      }
      try (InputStream in = archive.getInputStream(entry)) {
        ByteBuffer bytes = ByteBuffer.wrap(content(where, in, entry));
        return new Array(where, NpyHeader.read(bytes), bytes);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          "%s: cannot be read (%s); save it again with numpy.savez in C order"
              .formatted(where, e.getMessage() == null ? e.toString() : e.getMessage()),
          e);
    }
  }

  private static byte[] content(String where, InputStream in, ZipEntry entry) throws IOException {
    if (entry.getSize() > MAX_BYTES) {
      throw new DataException(
          "%s: expected at most %d bytes when unpacked, found %d; leave images out"
              .formatted(where, MAX_BYTES, entry.getSize()));
    }
    byte[] content = new byte[(int) entry.getSize()];
    if (in.readNBytes(content, 0, content.length) < content.length || in.read() >= 0) {
      throw new IOException("it unpacks to another size than it says");
    }
    CRC32 found = new CRC32();
    found.update(content);
    if (found.getValue() != entry.getCrc()) {
      throw new IOException("its checksum is another");
    }
    return content;
  }
}
