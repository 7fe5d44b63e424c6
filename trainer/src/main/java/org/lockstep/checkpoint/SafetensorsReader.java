package org.lockstep.checkpoint;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the safetensors format drawn in {@link SafetensorsWriter}, for tensors of float32, float64
 * and int64. Trusts nothing: every length is held against the size of the file before it is used,
 * and the tensors must fill the data without gap or overlap.
 */
final class SafetensorsReader {
  private final String file;

  /**
   * A reader of one file.
   *
   * @param file what to call it in errors
   */
  SafetensorsReader(String file) {
    this.file = file;
  }

  /**
   * Reads a whole file.
   *
   * @return views of {@code content}, in the order of their data
   */
  Map<String, Tensor> read(byte[] content) throws CheckpointException {
    if (content.length < Long.BYTES) {
      throw damaged("at least " + Long.BYTES + " bytes", content.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.getLong();
    if (length < 0 || length > bytes.remaining()) {
      throw damaged(
          "a header of at most " + bytes.remaining() + " bytes", Long.toUnsignedString(length));
    }
    JsonNode header = header(content, (int) length);
    bytes.position(Long.BYTES + (int) length);
    return views(entries(header), bytes.slice());
  }

  private JsonNode header(byte[] content, int length) throws CheckpointException {
    JsonMapper json =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      return json.readTree(content, Long.BYTES, length);
    } catch (IOException e) {
      throw new CheckpointException(file + ": its header is no JSON: " + e.getMessage(), e);
    }
  }

  private record Entry(String name, Tensor.Type type, List<Long> shape, long begin, long end) {}

  private List<Entry> entries(JsonNode header) throws CheckpointException {
    if (!header.isObject()) {
      throw damaged("a JSON object as header", header.getNodeType());
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return entries;
  }

  private Entry entry(String name, JsonNode description) throws CheckpointException {
    List<Long> shape = sizes(name + ".shape", description.path("shape"));
    List<Long> offsets = sizes(name + ".data_offsets", description.path("data_offsets"));
    if (offsets.size() != 2) {
      throw damaged("two numbers as " + name + ".data_offsets", offsets);
    }
    Tensor.Type type = type(name, description.path("dtype").asText());
    return new Entry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private Tensor.Type type(String name, String dtype) throws CheckpointException {
    for (Tensor.Type type : Tensor.Type.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw damaged("F32, F64 or I64 as " + name + ".dtype", "'" + dtype + "'");
  }

  private List<Long> sizes(String name, JsonNode array) throws CheckpointException {
    List<Long> sizes = new ArrayList<>();
    for (JsonNode size : array) {
      sizes.add(size.isIntegralNumber() && size.canConvertToLong() ? size.asLong() : -1);
    }
    if (!array.isArray() || sizes.stream().anyMatch(size -> size < 0)) {
      throw damaged("a list of sizes as " + name, array);
    }
    return sizes;
  }

  private Map<String, Tensor> views(List<Entry> entries, ByteBuffer data)
      throws CheckpointException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long begin = 0;
    for (Entry entry : entries) {
      long end = begin + bytes(entry);
      if (entry.begin != begin || entry.end != end || end > data.capacity()) {
        throw damaged(
            entry.name + " at [" + begin + ", " + end + "] of " + data.capacity() + " bytes",
            "[" + entry.begin + ", " + entry.end + "]");
      }
      ByteBuffer view = data.slice((int) begin, (int) (end - begin));
      tensors.put(entry.name, new Tensor(entry.type, entry.shape, view));
      begin = end;
    }
    if (begin != data.capacity()) {
      throw damaged(begin + " bytes of tensors", data.capacity());
    }
    return tensors;
  }

  private long bytes(Entry entry) throws CheckpointException {
    try {
      return entry.shape.stream().reduce((long) entry.type.bytes, Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw damaged("a size below 2^63 bytes of " + entry.name, entry.shape);
    }
  }

  private CheckpointException damaged(String expected, Object found) {
    return new CheckpointException(file + ": expected " + expected + ", found " + found);
  }
}
