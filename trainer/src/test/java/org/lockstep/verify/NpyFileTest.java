package org.lockstep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class NpyFileTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"<f4, 4", "<f8, 8", "<i8, 8"})
  void read_knownType_givesValuesInOrder(String type, int width) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(6 * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      switch (type) {
        case "<f4" -> data.putFloat(i - 2);
        case "<f8" -> data.putDouble(i - 2);
        default -> data.putLong(i - 2);
      }
    }

    NpyArray array = read(NpyBytes.header(type, "False", "(2, 3)"), data.array());

    assertThat(array.type()).isEqualTo(type);
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.values()).containsExactly(-2, -1, 0, 1, 2, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"() | 1", "(3,) | 3", "(0, 5) | 0", "(1, 1, 2) | 2"})
  void read_shape_givesAsManyElements(String shape, int elements) throws IOException {
    NpyArray array = read(NpyBytes.header("<f4", "False", shape), new byte[elements * Float.BYTES]);

    assertThat(array.values()).hasSize(elements);
    assertThat(NpyArray.elements(array.shape())).isEqualTo(elements);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ">f4 | False | (2,)    | expected elements of type <f4, <f8 or <i8, found '>f4'",
        "<f2 | False | (2,)    | found '<f2'",
        "<f4 | True  | (2,)    | expected C order, found 'fortran_order': True",
        "<f4 | False | (3,)    | expected 12 bytes for the shape [3], found 8",
        "<f4 | False | (1,)    | expected 4 bytes for the shape [1], found 8",
        "<f4 | False | (2, -1) | expected a header with 'shape'",
        "<f4 | False | (999999999, 999999999, 999999999) | found 8",
      },
      quoteCharacter = '"')
  void read_unexpectedHeader_saysWhatIsExpected(
      String type, String order, String shape, String message) {
    assertThatThrownBy(() -> read(NpyBytes.header(type, order, shape), new byte[8]))
        .isInstanceOf(CaseException.class)
        .hasMessageStartingWith(directory.resolve("a.npy") + ": expected ")
        .hasMessageContaining(message);
  }

  @Test
  void read_anotherVersion_saysWhichIsExpected() {
    byte[] header = NpyBytes.header("<f4", "False", "(2,)");
    header[6] = 2;

    assertThatThrownBy(() -> read(header, new byte[8]))
        .isInstanceOf(CaseException.class)
        .hasMessageContaining("expected an .npy file of version 1.0");
  }

  @ParameterizedTest
  @CsvSource({"0, another beginning", "7, another beginning", "9, another", "30, found 20"})
  void read_fileCutInTheHeader_isRefused(int length, String found) throws IOException {
    byte[] header = NpyBytes.header("<f4", "False", "(2,)");
    Path file = directory.resolve("a.npy");
    Files.write(file, ByteBuffer.allocate(length).put(header, 0, length).array());

    assertThatThrownBy(() -> NpyFile.read(file))
        .isInstanceOf(CaseException.class)
        .hasMessageContaining(found);
  }

  @Test
  void read_missingFile_saysSo() {
    assertThatThrownBy(() -> NpyFile.read(directory.resolve("a.npy")))
        .isInstanceOf(CaseException.class)
        .hasMessage(directory.resolve("a.npy") + ": expected an .npy file, found none");
  }

  private NpyArray read(byte[] header, byte[] data) throws IOException {
    Path file = directory.resolve("a.npy");
    Files.write(
        file, ByteBuffer.allocate(header.length + data.length).put(header).put(data).array());
    return NpyFile.read(file);
  }
}
