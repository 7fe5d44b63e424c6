package org.lockstep.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's file format, version 1.0: the magic number, two bytes of version, two of header length, a
 * header that is a Python dictionary, then the elements. Little-endian C order of three types is
 * read: {@code <f4}, {@code <f8} and {@code <i8}.
 */
final class NpyFile {
  private static final byte[] START = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int PREAMBLE = START.length + Short.BYTES;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(\\w+)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(((?:\\s*\\d{1,9}\\s*,?)*)\\)");

  private final Path path;
  private final ByteBuffer bytes;

  private NpyFile(Path path, byte[] bytes) {
    this.path = path;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a file.
   *
   * @throws CaseException if it is missing, cut short, or of another version, type or order
   */
  static NpyArray read(Path path) {
    try {
      return new NpyFile(path, Files.readAllBytes(path)).array();
    } catch (NoSuchFileException e) {
      throw new CaseException(path + ": expected an .npy file, found none", e);
    } catch (IOException e) {
      throw new CaseException(path + ": cannot be read: " + e, e);
    }
  }

  private NpyArray array() {
    String header = header();
    String type = field(header, TYPE, "'descr'");
    ToDoubleFunction<ByteBuffer> next =
        switch (type) {
          case "<f4" -> ByteBuffer::getFloat;
          case "<f8" -> ByteBuffer::getDouble;
          case "<i8" -> ByteBuffer::getLong;
          default -> throw unexpected("elements of type <f4, <f8 or <i8", "'" + type + "'");
        };
    String fortran = field(header, ORDER, "'fortran_order'");
    if (!fortran.equals("False")) {
      throw unexpected("C order", "'fortran_order': " + fortran);
    }
    long[] shape = shape(field(header, SHAPE, "'shape'"));
    double[] values = new double[count(shape, type.equals("<f4") ? Float.BYTES : Double.BYTES)];
    Arrays.setAll(values, i -> next.applyAsDouble(bytes));
    return new NpyArray(type, shape, values);
  }

  private String header() {
    if (bytes.remaining() < PREAMBLE || bytes.mismatch(ByteBuffer.wrap(START)) < START.length) {
      throw unexpected("an .npy file of version 1.0", "another beginning");
    }
    int length = Short.toUnsignedInt(bytes.getShort(START.length));
    if (bytes.remaining() < PREAMBLE + length) {
      throw unexpected("a header of " + length + " bytes", bytes.remaining() - PREAMBLE);
    }
    byte[] header = new byte[length];
    bytes.get(PREAMBLE, header);
    bytes.position(PREAMBLE + length);
    return new String(header, StandardCharsets.ISO_8859_1);
  }

  private String field(String header, Pattern pattern, String name) {
    Matcher match = pattern.matcher(header);
    if (!match.find()) {
      throw unexpected("a header with " + name, header.strip());
    }
    return match.group(1);
  }

  private static long[] shape(String axes) {
    return Arrays.stream(axes.split(","))
        .map(String::strip)
        .filter(axis -> !axis.isEmpty())
        .mapToLong(Long::parseLong)
        .toArray();
  }

  /** The number of elements, which is that of the bytes that are left. */
  private int count(long[] shape, int width) {
    double expected = Arrays.stream(shape).asDoubleStream().reduce(width, (a, b) -> a * b);
    if (expected != bytes.remaining()) {
      throw unexpected(
          "%.0f bytes for the shape %s".formatted(expected, Arrays.toString(shape)),
          bytes.remaining());
    }
    return bytes.remaining() / width;
  }

  private CaseException unexpected(String expected, Object found) {
    return new CaseException(path + ": expected " + expected + ", found " + found);
  }
}
