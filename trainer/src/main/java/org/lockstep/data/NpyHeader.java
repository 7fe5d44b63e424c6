package org.lockstep.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What NumPy's file format, version 1.0, has in front of the elements: the magic number, two bytes
 * of version, two of header length, and a header that is a Python dictionary.
 *
 * @param type its elements' type as NumPy writes it, for example {@code <f4}
 * @param shape the axes, none for a scalar
 */
public record NpyHeader(String type, long[] shape) {
  private static final byte[] START = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int PREAMBLE = START.length + Short.BYTES;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(\\w+)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(((?:\\s*\\d{1,9}\\s*,){0,32}(?:\\s*\\d{1,9})?\\s*)\\)");

  /** Characters of a header that an error shows. */
  private static final int SHOWN = 100;

  /**
   * Reads the header of an array in C order.
   *
   * @param bytes a file from its beginning; stands before the elements afterwards, little-endian
   * @throws IllegalArgumentException "expected …, found …" if it is cut short, or of another
   *     version or order
   */
  public static NpyHeader read(ByteBuffer bytes) {
    String header = text(bytes.order(ByteOrder.LITTLE_ENDIAN));
    String type = field(header, TYPE, "'descr'");
    String fortran = field(header, ORDER, "'fortran_order'");
    if (!fortran.equals("False")) {
      throw unexpected("C order", "'fortran_order': " + fortran);
    }
    return new NpyHeader(type, shape(field(header, SHAPE, "'shape'")));
  }

  private static String text(ByteBuffer bytes) {
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

  private static String field(String header, Pattern pattern, String name) {
    Matcher match = pattern.matcher(header);
    if (!match.find()) {
      throw unexpected(
          "a header with " + name, header.substring(0, Math.min(SHOWN, header.length())).strip());
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

  /**
   * The number of elements.
   *
   * @param width bytes of one
   * @param bytes that are left for them
   * @throws IllegalArgumentException "expected …, found …" unless they are as many as the shape
   *     says
   */
  public int elements(int width, int bytes) {
    double expected = Arrays.stream(shape).asDoubleStream().reduce(width, (a, b) -> a * b);
    if (expected != bytes) {
      throw unexpected(
          "%.0f bytes for the shape %s".formatted(expected, Arrays.toString(shape)), bytes);
    }
    return bytes / width;
  }

  private static IllegalArgumentException unexpected(String expected, Object found) {
    return new IllegalArgumentException("expected " + expected + ", found " + found);
  }
}
