package org.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final FloatBuffer SIX = FloatBuffer.wrap(new float[] {1, -2, 3.5f, 0, 1e-20f, 6});

  @Test
  void read_ofWritten_isTheSame() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("conv1.weight", Tensor.of(SIX.duplicate(), 2, 1, 3));
    tensors.put("norm1.\"quoted\" ü", Tensor.of(new double[] {Math.PI, Double.MIN_VALUE}));
    tensors.put("scalar", Tensor.of(FloatBuffer.wrap(new float[] {4})));
    tensors.put("count", Tensor.of(1L << 40));
    tensors.put("nothing", Tensor.of(FloatBuffer.allocate(0), 0, 3));
    assertThat(read(SafetensorsWriter.write(tensors))).isEqualTo(tensors);
  }

  @Test
  void read_ofNoTensors_isEmpty() throws IOException {
    assertThat(read(SafetensorsWriter.write(Map.of()))).isEmpty();
  }

  @Test
  void write_ofOneTensor_followsTheFormat() throws IOException {
    byte[] file = SafetensorsWriter.write(Map.of("w", Tensor.of(SIX.duplicate(), 2, 3)));
    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}";
    int length = (header.length() + 7) / 8 * 8;
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getLong()).isEqualTo(length);
    assertThat(new String(file, 8, length, StandardCharsets.UTF_8).strip()).isEqualTo(header);
    assertThat(bytes.getFloat(8 + length + 2 * Float.BYTES)).isEqualTo(3.5f);
    assertThat(file).hasSize(8 + length + 24);
  }

  @Test
  void read_withMetadata_passesOverIt() throws IOException {
    byte[] file =
        file(
            "{\"__metadata__\":{\"format\":\"pt\"}," + "\"w\":" + entry("F32", "[1]", 0, 4) + "}",
            4);
    assertThat(read(file)).containsOnlyKeys("w");
  }

  @ParameterizedTest
  @ValueSource(longs = {25, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8})
  void read_withHeaderLongerThanTheFile_saysSo(long length) {
    byte[] file = new byte[8 + 24];
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "f.safetensors: expected a header of at most 24 bytes, found "
                + Long.toUnsignedString(length));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[]                                             | a JSON object as header",
        "{                                              | its header is no JSON",
        "{}{}                                           | its header is no JSON",
        "{\"w\":1,\"w\":2}                              | its header is no JSON: Duplicate",
        "{\"w\":7}                                      | a list of sizes as w.shape",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}  | w.shape, found [-1]",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | w.shape, found [1.5]",
        "{\"w\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}  | F32, F64 or I64 as"
            + " w.dtype, found 'BF16'",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}     | two numbers as"
            + " w.data_offsets",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}   | w at [0, 4] of 4"
            + " bytes, found [4, 8]",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}   | w at [0, 8] of 4"
            + " bytes",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}}   | w at [0, 8] of 4"
            + " bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}} |"
            + " below 2^63 bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2305843009213693951],\"data_offsets\":[0,4]}} | w at",
        "{}                                             | 0 bytes of tensors, found 4",
      })
  void read_ofFalseHeader_saysWhatIsExpected(String header, String message) {
    assertThatThrownBy(() -> read(file(header, 4)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("f.safetensors: ")
        .hasMessageContaining(message);
  }

  @Test
  void read_ofOverlappingTensors_isRefused() {
    String header =
        "{\"a\":" + entry("F32", "[2]", 0, 8) + ",\"b\":" + entry("F32", "[2]", 4, 12) + "}";
    assertThatThrownBy(() -> read(file(header, 12)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("b at [8, 16] of 12 bytes, found [4, 12]");
  }

  @Property(tries = 300)
  void read_ofRandomBytes_readsOrRefuses(
      @ForAll @Size(max = 64) byte[] tail, @ForAll @ByteRange(min = 0, max = 70) byte length) {
    byte[] file = new byte[8 + tail.length];
    file[0] = length;
    System.arraycopy(tail, 0, file, 8, tail.length);
    try {
      assertThat(read(file)).isEmpty();
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageStartingWith("f.safetensors: ");
    }
  }

  private static String entry(String dtype, String shape, int begin, int end) {
    return "{\"dtype\":\""
        + dtype
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":["
        + begin
        + ","
        + end
        + "]}";
  }

  private static byte[] file(String header, int data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
    return file.putLong(json.length).put(json).array();
  }

  private static Map<String, Tensor> read(byte[] file) throws CheckpointException {
    return new SafetensorsReader("f.safetensors").read(file);
  }
}
