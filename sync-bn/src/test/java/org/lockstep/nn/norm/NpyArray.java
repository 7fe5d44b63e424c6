package org.lockstep.nn.norm;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array read from NumPy's file format, version 1.0, little-endian and in C order.
 *
 * @param shape the axes, none for a scalar
 * @param values in C order
 */
record NpyArray(long[] shape, double[] values) {
  private static final Pattern HEADER =
      Pattern.compile("'descr': '(<f4|<f8|<i8)'.*'fortran_order': False.*'shape': \\(([^)]*)\\)");

  static NpyArray read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    byte[] magic = in.readNBytes(8);
    if (magic.length < 8 || magic[0] != (byte) 0x93 || magic[6] != 1) {
      throw new IOException("expected an .npy file of version 1.0");
    }
    int headerLength = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
    String header = new String(in.readNBytes(headerLength), StandardCharsets.US_ASCII);
    Matcher match = HEADER.matcher(header);
    if (!match.find()) {
      throw new IOException("unexpected .npy header " + header.strip());
    }
    long[] shape =
        Arrays.stream(match.group(2).split(","))
            .map(String::strip)
            .filter(axis -> !axis.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    ToDoubleFunction<ByteBuffer> next =
        switch (match.group(1)) {
          case "<f4" -> ByteBuffer::getFloat;
          case "<f8" -> ByteBuffer::getDouble;
          default -> ByteBuffer::getLong;
        };
    Arrays.setAll(values, i -> next.applyAsDouble(bytes));
    return new NpyArray(shape, values);
  }

  /** The rows {@code [from, to)} of the first axis. */
  NpyArray rows(int from, int to) {
    long[] cut = shape.clone();
    cut[0] = (long) to - from;
    int rowLength = (int) Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    return new NpyArray(cut, Arrays.copyOfRange(values, from * rowLength, to * rowLength));
  }
}
